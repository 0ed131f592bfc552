import type { z } from 'zod';
import type { FrameClock } from '#shared/domain/time.ts';
import type { ImportedVideo, Importer, RefusedRecord } from '#core/exchange/formats/format.ts';

export interface ImportRun {
  readonly videos: readonly ImportedVideo[];
  readonly notes: readonly string[];
  readonly refused: readonly RefusedRecord[];
}

interface ImportRunChoice<S extends z.ZodType> {
  readonly options?: z.input<S> | object;
  readonly chunkLength?: number;
  /** Names of videos among the media. */
  readonly sources?: readonly string[];
  /** Of all of them. */
  readonly clock?: FrameClock;
}

/** Reads a text with an importer, in pieces of this length, and collects everything that it says. */
export async function runImport<S extends z.ZodType>(
  importer: Importer<S>,
  text: string,
  { options = {}, chunkLength = 7, sources = [], clock }: ImportRunChoice<S> = {},
): Promise<ImportRun> {
  const notes: string[] = [];
  const videos: ImportedVideo[] = [];
  const refused: RefusedRecord[] = [];
  async function* chunks(): AsyncGenerator<string> {
    for (let start = 0; start < text.length; start += chunkLength) yield text.slice(start, start + chunkLength);
  }
  const context = {
    options: importer.optionsSchema.parse(options),
    signal: new AbortController().signal,
    onNote: (where: string, reason: string) => notes.push(`${where}: ${reason}`),
    onRefused: (one: RefusedRecord) => refused.push(one),
    sourceOf: (base: string) => sources.find((name) => name.startsWith(`${base}.`)) ?? null,
    clockOf: (name: string) => Promise.resolve(sources.includes(name) ? (clock ?? null) : null),
  };
  for await (const { video } of importer.parse(chunks(), context)) videos.push(video);
  return { videos, notes, refused };
}
