import { readFileSync } from 'node:fs';
import path from 'node:path';
import { takeTurns } from '#core/base/turns.ts';
import type { CutList, ListedShot } from '#core/exchange/formats/cut-list-format.ts';
import { findCutList } from '#core/exchange/formats/registry.ts';
import type { FrameClock, Rational } from '#shared/domain/time.ts';

const folder = path.join(import.meta.dirname, '..', 'fixtures', 'cut-lists');

export const NTSC: Rational = { num: 30000, den: 1001 };
export const PAL: Rational = { num: 25, den: 1 };

export function clockOf(rate: Rational, frameCount: number): FrameClock {
  return { rate, frameCount };
}

export interface ReadList extends CutList {
  readonly formatId: string;
  /** `0-40`, with a caption in quotes and a transition in brackets. */
  readonly written: readonly string[];
}

/** Reads a list as the studio does: the format is found by its name and what is in it. */
export async function readList(name: string, text: string, clock: FrameClock, leadUs = 0): Promise<ReadList> {
  const format = findCutList(name, text);
  if (format === null) throw new Error(`${name} is not a cut list`);
  const list = await format.parse(text, { clock, leadUs, turn: takeTurns(new AbortController().signal) });
  return { ...list, formatId: format.id, written: list.shots.map(inShort) };
}

/** A list as another program wrote it. */
export function foreignList(name: string): string {
  return readFileSync(path.join(folder, name), 'utf8');
}

function inShort({ startFrame, endFrame, caption, transition }: ListedShot): string {
  const extent = transition === undefined ? '' : ` [${transition.kind} ${transition.startFrame}-${transition.endFrame}]`;
  return `${startFrame}-${endFrame}${extent}${caption === '' ? '' : ` "${caption}"`}`;
}
