import type { Rational } from '#shared/domain/time.ts';
import { nominalRate } from '../cut-lists/listed-shots.ts';
import { CUT_POINT_TICKS } from '../cut-lists/fcp7.ts';
import { type EditedShot, type EditedVideo, editExporter, isNtsc, wholeRate } from './edited-video.ts';
import { markupText } from './markup-text.ts';

const EFFECTS = {
  cut: ['Cross Dissolve', 'Dissolve'],
  dissolve: ['Cross Dissolve', 'Dissolve'],
  fade: ['Dip to Color Dissolve', 'Dissolve'],
  unknown: ['Transition', 'Custom'],
} as const;

/**
 * The XML of Final Cut Pro 7: a video track with a clip for each shot, whose caption is the comment of its marker; readers that drop comments
 * find it in the name. Edges that lie in a transition are -1, and `cutPointTicks`, as Premiere Pro writes it, is how far the cut lies in it.
 * Source: xmeml 5 as OpenTimelineIO's adapter 1.0.0 reads it.
 */
export const fcp7Exporter = editExporter({
  id: 'fcp7',
  title: 'Final Cut Pro 7 XML',
  description: 'One .xml file per video: its shots as clips with markers, and transitions. For Premiere Pro, DaVinci Resolve and Vegas.',
  extension: 'xml',
  rateOf: wholeRate,
  *written(video) {
    const { document, rate, shots } = video;
    const name = markupText(document.fileName);
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n<xmeml version="5">\n<sequence id="sequence-1">\n';
    yield `<name>${name}</name>\n<duration>${shots.at(-1)?.endFrame ?? 0}</duration>\n${rateElement(rate)}\n`;
    const isDropFrame = isNtsc(rate) && nominalRate(rate) % 30 === 0;
    yield `<timecode>${rateElement(rate)}<string>00${isDropFrame ? ';00;00;' : ':00:00:'}00</string><frame>0</frame><displayformat>${isDropFrame ? 'DF' : 'NDF'}</displayformat></timecode>\n`;
    yield `<media>\n<video>\n${formatElement(video)}<track>\n`;
    for (const [index, shot] of shots.entries()) {
      if (shot.transition !== null) yield transitionItem(shot, rate);
      yield clipItem({ shot, next: shots[index + 1] ?? null, index }, video);
    }
    yield '</track>\n</video>\n</media>\n</sequence>\n</xmeml>\n';
  },
});

interface ClipPlace {
  readonly shot: EditedShot;
  readonly next: EditedShot | null;
  readonly index: number;
}

/** Of a transition both clips show all frames, so that `in` and `out` reach to its ends. */
function clipItem({ shot, next, index }: ClipPlace, video: EditedVideo): string {
  const { startFrame, endFrame, transition, caption } = shot;
  const [into, out] = [transition, next?.transition ?? null];
  const edges = `<start>${into === null ? startFrame : -1}</start><end>${out === null ? endFrame : -1}</end>`;
  const extent = `<in>${into?.startFrame ?? startFrame}</in><out>${out?.endFrame ?? endFrame}</out>`;
  const file = index === 0 ? fileElement(video) : '<file id="file-1"/>';
  const note = markupText(caption);
  const marker =
    caption === '' ? '' : `<marker><name>${note}</name><comment>${note}</comment><in>${startFrame}</in><out>${endFrame}</out></marker>\n`;
  return `<clipitem id="clipitem-${index + 1}">\n<name>${markupText(video.document.fileName)}</name><duration>${video.frameCount}</duration>${rateElement(video.rate)}\n${edges}${extent}\n${file}\n${marker}</clipitem>\n`;
}

function fileElement({ document, address, rate, frameCount }: EditedVideo): string {
  const parts = [
    `<name>${markupText(document.video.name)}</name>`,
    `<pathurl>${markupText(address)}</pathurl>`,
    rateElement(rate),
    `<duration>${frameCount}</duration>`,
    `<media><video>${sizeElement(document)}</video></media>`,
  ];
  return `<file id="file-1">${parts.join('')}</file>`;
}

function formatElement({ document, rate }: EditedVideo): string {
  return `<format><samplecharacteristics>${rateElement(rate)}${sizes(document)}</samplecharacteristics></format>\n`;
}

function sizeElement(document: EditedVideo['document']): string {
  return `<samplecharacteristics>${sizes(document)}</samplecharacteristics>`;
}

function sizes({ video: { probe } }: EditedVideo['document']): string {
  return probe === null ? '' : `<width>${probe.displayWidth}</width><height>${probe.displayHeight}</height>`;
}

function transitionItem({ transition, startFrame }: EditedShot, rate: Rational): string {
  const { kind, ...extent } = transition ?? { kind: 'cut', startFrame, endFrame: startFrame };
  const [name, category] = EFFECTS[kind];
  const ticks = Math.round(((startFrame - extent.startFrame) * rate.den * CUT_POINT_TICKS) / rate.num);
  const effect = `<effect><name>${name}</name><effectid>${name}</effectid><effectcategory>${category}</effectcategory><effecttype>transition</effecttype><mediatype>video</mediatype></effect>`;
  return `<transitionitem><start>${extent.startFrame}</start><end>${extent.endFrame}</end><alignment>center</alignment><cutPointTicks>${ticks}</cutPointTicks>${rateElement(rate)}${effect}</transitionitem>\n`;
}

function rateElement(rate: Rational): string {
  return `<rate><timebase>${nominalRate(rate)}</timebase><ntsc>${isNtsc(rate) ? 'TRUE' : 'FALSE'}</ntsc></rate>`;
}
