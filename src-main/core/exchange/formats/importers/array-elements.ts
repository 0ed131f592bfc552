import { AppError } from '#shared/contract/errors.ts';
import { words, type Words } from '#shared/words/words.ts';
import { createExactParser, type ElementLimits } from './exact-parser.ts';

/** Records are kept whole while they are read. */
const MAX_RECORD_LENGTH = 64 * 1024 * 1024;

/** The elements of a JSON array; a `PassedElement` in the place of one beyond the limits. */
export async function* arrayElements(
  chunks: AsyncIterable<string>,
  { limits, nameKey }: { readonly limits: ElementLimits; readonly nameKey: string },
): AsyncGenerator<unknown> {
  const ready: unknown[] = [];
  let problem: Error | null = null;
  let pendingLength = 0;
  const parser = createExactParser({
    limits,
    nameKey,
    onElement: (value) => {
      ready.push(value);
      pendingLength = 0;
    },
    onError: (error) => {
      problem ??= error;
    },
  });
  let isFirst = true;
  for await (const chunk of chunks) {
    const text = isFirst ? chunk.replace(/^\uFEFF/, '').trimStart() : chunk;
    if (text === '') continue;
    if (isFirst && !text.startsWith('[')) throw broken(words('exchange.shot2storyNoArray'));
    isFirst = false;
    pendingLength += text.length;
    parser.write(text);
    // What was read before the place that is broken counts.
    yield* ready.splice(0);
    if (problem !== null) throw broken(words('exchange.shot2storyNoJson', { problem: (problem as Error).message }), problem);
    if (pendingLength > MAX_RECORD_LENGTH) throw broken(words('exchange.shot2storyLongRecord', { limit: MAX_RECORD_LENGTH }));
  }
  if (isFirst) throw broken(words('exchange.shot2storyEmpty'));
  if (!parser.isEnded()) throw broken(words('exchange.shot2storyUnfinished'));
}

function broken(reason: Words, cause?: unknown): AppError {
  return new AppError('invalid-input', words('exchange.shot2storyBroken', { reason }), { cause });
}
