import { takeTurns } from '#core/base/turns.ts';
import type { ImportContext, ImportedRecord, RefusedRecord } from '../format.ts';
import { UnusableRecord } from '../shot2story-record.ts';
import type { ElementReader } from './array-elements.ts';
import { ROW_LIMITS } from './record-rows.ts';

type Refusing = Pick<ImportContext<unknown>, 'onRefused'>;

export interface RecordSteps<F> {
  /**
   * What a record gives: nothing yet, where rows of one video are put together.
   * @throws UnusableRecord
   */
  read(found: F, record: number): Iterable<ImportedRecord> | Promise<Iterable<ImportedRecord>>;
  /** What a record that cannot be used calls its video; null where that is not to be known. */
  nameOf(found: F): string | null;
  /** What is still held at the end, also where the file is broken behind it: those rows are good. */
  rest?(): Iterable<ImportedRecord>;
}

/** Goes over the records of a file in turns. One that cannot be used is refused with its place and the reason, and the others are read. */
export async function* eachRecord<F>(
  found: AsyncIterable<F> | Iterable<F>,
  context: Refusing & Pick<ImportContext<unknown>, 'signal'>,
  { read, nameOf, rest = () => [] }: RecordSteps<F>,
): AsyncGenerator<ImportedRecord> {
  const turn = takeTurns(context.signal);
  let record = 0;
  try {
    for await (const one of found) {
      await turn();
      context.signal.throwIfAborted();
      record++;
      try {
        yield* await read(one, record);
      } catch (error) {
        refuse(error, context, { record, name: () => nameOf(one) });
      }
    }
  } catch (error) {
    if (!context.signal.aborted) yield* rest();
    throw error;
  }
  yield* rest();
}

/** What `made` gives; null where it cannot be used, which is reported. */
export function unlessUnusable<T>(context: Refusing, { record, name }: Pick<RefusedRecord, 'record' | 'name'>, made: () => T): T | null {
  try {
    return made();
  } catch (error) {
    refuse(error, context, { record, name: () => name });
    return null;
  }
}

/** @throws what is no fault of the record */
function refuse(error: unknown, { onRefused }: Refusing, { record, name }: { readonly record: number; name(): string | null }): void {
  if (!(error instanceof UnusableRecord)) throw error;
  onRefused({ record, name: name(), reason: error.message });
}

/** How the rows of a JSON file are read; `noteNumbers` says, at its end, how often it had numbers that only Python knows. */
export function jsonReader(
  what: string,
  { onNote }: Pick<ImportContext<unknown>, 'onNote'>,
): { readonly reader: ElementReader; noteNumbers(): void } {
  let pythonNumbers = 0;
  return {
    reader: { what, limits: ROW_LIMITS, onPythonNumbers: (count) => (pythonNumbers += count) },
    noteNumbers() {
      if (pythonNumbers > 0)
        onNote('the file', `${pythonNumbers} times it has NaN or Infinity where a value should be; treated as missing`);
    },
  };
}
