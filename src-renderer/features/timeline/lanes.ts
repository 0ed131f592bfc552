/** The timeline's rows from top to bottom, in CSS pixels. */
export type LaneName = 'ruler' | 'thumbnails' | 'shots' | 'speech' | 'waveform' | 'curve';

export interface Lane {
  readonly top: number;
  readonly height: number;
}

export type Lanes = Readonly<Partial<Record<LaneName, Lane>>>;

export interface LaneNeeds {
  readonly heightPx: number;
  readonly hasSpeech: boolean;
  readonly hasWaveform: boolean;
  readonly hasCurve: boolean;
}

const RULER_PX = 24;
const SPEECH_PX = 20;
const GAP_PX = 2;
const BOTTOM_PX = 4;
/** How the height that is left after ruler and speech is shared; beyond `MAX_UNIT_PX` per share room is left empty. */
const MAX_UNIT_PX = 26;
const SHARES = { thumbnails: 4, shots: 3, waveform: 2.5, curve: 3 } as const;

/** Shares the height among the lanes that have something to show; lanes without content take no room. */
export function layoutLanes(needs: LaneNeeds): Lanes {
  const flexible: (keyof typeof SHARES)[] = ['thumbnails', 'shots'];
  if (needs.hasWaveform) flexible.push('waveform');
  if (needs.hasCurve) flexible.push('curve');
  const order: LaneName[] = ['ruler', 'thumbnails', 'shots'];
  if (needs.hasSpeech) order.push('speech');
  order.push(...(flexible.slice(2) as LaneName[]));
  const fixedPx = RULER_PX + (needs.hasSpeech ? SPEECH_PX : 0) + GAP_PX * order.length + BOTTOM_PX;
  const totalShare = flexible.reduce((sum, name) => sum + SHARES[name], 0);
  const unit = Math.min(MAX_UNIT_PX, Math.max(0, needs.heightPx - fixedPx) / totalShare);

  const lanes: Partial<Record<LaneName, Lane>> = {};
  let top = 0;
  for (const name of order) {
    const height = Math.floor(laneHeight(name, unit));
    lanes[name] = { top, height };
    top += height + GAP_PX;
  }
  return lanes;
}

function laneHeight(name: LaneName, unit: number): number {
  if (name === 'ruler') return RULER_PX;
  if (name === 'speech') return SPEECH_PX;
  return SHARES[name] * unit;
}

export function laneAt(lanes: Lanes, y: number): LaneName | null {
  for (const [name, lane] of Object.entries(lanes)) {
    if (y >= lane.top && y < lane.top + lane.height) return name as LaneName;
  }
  return null;
}

/** Height on the canvas of a score 0..1 within the curve's lane; a few pixels stay free above and below. */
export function scoreToY(lane: Lane, score: number): number {
  return lane.top + lane.height - 3 - score * (lane.height - 8);
}

export function yToScore(lane: Lane, y: number): number {
  const score = (lane.top + lane.height - 3 - y) / Math.max(1, lane.height - 8);
  return Math.min(1, Math.max(0, score));
}

/** Names of lanes that do not speak for themselves, in the corner of each. */
export type LaneLabels = Readonly<Partial<Record<LaneName, string>>>;
