/** The canvas's colours: the custom properties of `timeline.module.css`, resolved for the colour scheme in force. */
const names = [
  'background',
  'lane',
  'line',
  'text-dim',
  'accent',
  'playhead',
  'selection',
  'shot-empty',
  'shot-draft',
  'shot-accepted',
  'shot-rejected',
  'shot-needs-work',
  'on-shot',
  'on-shot-dim',
  'flag',
  'transition',
  'waveform',
  'speech',
  'on-speech',
  'curve',
  'threshold',
  'ghost-added',
  'ghost-removed',
  'range',
] as const;

export type TimelineColour = (typeof names)[number];
export type TimelineColours = Readonly<Record<TimelineColour, string>>;

export function readTimelineColours(element: Element): TimelineColours {
  const style = getComputedStyle(element);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--timeline-${name}`).trim()])) as Record<
    TimelineColour,
    string
  >;
}
