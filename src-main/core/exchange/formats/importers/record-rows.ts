import { z } from 'zod';
import { MAX_SOURCE_BYTES } from '#core/project/videos/source-records.ts';
import { MAX_NAME_LENGTH, UnusableRecord } from '../shot2story-record.ts';
import { type ArrayElement, BrokenElement } from './array-elements.ts';
import { type ElementLimits, PassedElement } from './array-splitter.ts';
import type { JsonRow } from './json-rows.ts';
import { describePlace } from './text-place.ts';

/** Unknown keys included: what is read must be writable again, and in a moment. Shots and texts take 40,000 parts. Records are kept whole while they are read. */
export const ROW_LIMITS: ElementLimits = { depth: 64, parts: 250_000, length: MAX_SOURCE_BYTES };
const BEYOND: Record<PassedElement['beyond'], string> = {
  depth: `it is nested deeper than ${ROW_LIMITS.depth} levels`,
  parts: `it holds more than ${ROW_LIMITS.parts.toLocaleString('en')} keys and values`,
  length: `it is longer than ${MAX_SOURCE_BYTES / 1024 ** 2} MB`,
};

/** @throws UnusableRecord for one that is beyond `ROW_LIMITS`, or no JSON */
export function elementOf(found: JsonRow): ArrayElement {
  if (found instanceof BrokenElement) throw new UnusableRecord(found.reason);
  if (found instanceof PassedElement) {
    const { beyond, place } = found;
    throw new UnusableRecord(place === null ? BEYOND[beyond] : `${BEYOND[beyond]} (it begins at ${describePlace(place)})`);
  }
  return found;
}

const Named = z.looseObject({ video: z.string().optional(), videos: z.union([z.string(), z.tuple([z.string()], z.unknown())]).optional() });

/**
 * What a row that cannot be used calls its video, for messages; null where that is not to be known.
 * @param inHead finds the name in the beginning of a row that was not read
 */
export function describeRow(found: JsonRow, inHead: RegExp): string | null {
  const isRead = !(found instanceof PassedElement || found instanceof BrokenElement);
  const named = !isRead ? undefined : Named.safeParse(found.value).data;
  const name = !isRead ? inHead.exec(found.head)?.[1] : (named?.video ?? [named?.videos ?? []].flat()[0]);
  // A copy: a slice would keep all of a name that is as long as a record may be.
  return typeof name === 'string' ? Buffer.from(name.slice(0, MAX_NAME_LENGTH)).toString() : null;
}

/**
 * The text of a record, which the project keeps.
 * @throws UnusableRecord where that is too long
 */
export function keepable(text: string): string {
  if (text.length > MAX_SOURCE_BYTES || (text.length * 3 > MAX_SOURCE_BYTES && Buffer.byteLength(text) > MAX_SOURCE_BYTES))
    throw new UnusableRecord(`it is longer than ${MAX_SOURCE_BYTES / 1024 ** 2} MB`);
  return text;
}
