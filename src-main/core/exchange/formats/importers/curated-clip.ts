import { z } from 'zod';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import type { SecondsSpan } from './vript-times.ts';
import { DataSetName, parsed, type ReadEntry, requireFrames, shorten, UnusableRecord } from '../shot2story-record.ts';

const Clip = z.looseObject({
  source_video: DataSetName,
  /** Seconds of the source. */
  duration_span: z.tuple([z.number(), z.number()]),
  framerate_source: z.number().positive().max(1_000),
  windows: z.array(z.record(z.string(), z.unknown())).max(10_000).default([]),
});

export interface CuratedClip {
  /** Name of the file that it was cut from. */
  readonly source: string;
  /** In the source, counted from its first picture. */
  readonly span: SecondsSpan;
  /** With its frames at the rate that is named, which is the average of a file with a variable one. */
  readonly entry: ReadEntry;
}

/**
 * A clip as NeMo Curator describes it: a span of its source in seconds, and captions of windows within it, of which each model has its own.
 * The captions of the first model are taken, one behind the other. Source: `nemo_curator/stages/video/io/clip_writer.py`, nemo-curator 1.4.0.
 * @throws UnusableRecord
 */
export function curatedClip(text: string, file: string): CuratedClip {
  const { source_video: source, duration_span: span, framerate_source: rate, windows } = parsed(Clip, jsonIn(text, file));
  const [startFrame, endFrame] = [Math.round(span[0] * rate), Math.round(span[1] * rate)];
  requireFrames('it', startFrame, endFrame - 1);
  const captions = windows.flatMap((window) => captionIn(window) ?? []);
  const visual = captions.join('\n').toWellFormed();
  if (visual.length > MAX_TEXT_LENGTH)
    throw new UnusableRecord(`its captions have more than ${MAX_TEXT_LENGTH.toLocaleString('en')} characters`);
  // Only what stands last tells videos from each other: where they lay on the machine of the curator says nothing here.
  const name = source.split(/[/\\]/u).at(-1) ?? '';
  if (name === '') throw new UnusableRecord(`source_video "${shorten(source)}" is the name of a folder`);
  return {
    source: name,
    span: { startS: span[0], endS: span[1] },
    entry: { clipName: file, startFrame, endFrame, visual, narration: '', speech: '' },
  };
}

/** What was enhanced by a language model stands beside what it was made of, and is not taken. */
function captionIn(window: Readonly<Record<string, unknown>>): string | null {
  const key = Object.keys(window).find((one) => one.endsWith('_caption') && !one.endsWith('_enhanced_caption'));
  const caption = key === undefined ? null : window[key];
  return typeof caption === 'string' && caption.trim() !== '' ? caption.trim() : null;
}

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnusableRecord(`${file} is not valid JSON (${error instanceof Error ? error.message.slice(0, 200) : ''})`);
  }
}
