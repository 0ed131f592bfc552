import { PickleArray, PickleBytes, PickleDtype, PickleGlobal, PickleList, PickleProblem, type PickleValue } from './values.ts';
import { words } from '#shared/words/words.ts';

/** All names that a pickle may hold. Source: `134k_split_info.pkl` of Shot2Story. */
export const NUMPY_NAMES: ReadonlySet<string> = new Set([
  'numpy.ndarray',
  'numpy.dtype',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
]);

/** As many numbers as an array may have, and bytes of all arrays together: one content may be named by very many of them. */
const MAX_ARRAY = 1_000_000;
const MAX_BYTES = 16_000_000;
const INTEGER = /^[iu][1248]$/u;

export type NumpyReader = ReturnType<typeof createNumpyReader>;

/** Makes arrays and numbers of numpy out of what a pickle says of them. Both throw PickleProblem. */
export function createNumpyReader(bytes: Buffer) {
  let spent = 0;
  function spend(count: number): void {
    spent += count;
    if (spent > MAX_BYTES) throw new PickleProblem(words('exchange.pickleManyBytes', { limit: MAX_BYTES }));
  }

  return {
    /** What calling this name would make, made of its arguments as data. */
    made(callee: PickleValue | undefined, given: PickleValue | undefined): PickleValue {
      const name = callee instanceof PickleGlobal ? callee.name : words('exchange.pickleNotNumpy');
      const [first, second] = given instanceof PickleList ? given.items : [];
      if (name === 'numpy.dtype' && typeof first === 'string') return new PickleDtype(first);
      if (name === 'numpy.core.multiarray._reconstruct' && first instanceof PickleGlobal && first.name === 'numpy.ndarray')
        return new PickleArray();
      if (name === 'numpy.core.multiarray.scalar' && first instanceof PickleDtype && second instanceof PickleBytes) {
        if (second.to - second.from !== sizeOf(first)) throw new PickleProblem(words('exchange.pickleNumberLength'));
        return numbersIn(first, second, bytes)[0] ?? null;
      }
      throw new PickleProblem(words('exchange.pickleCall', { name }));
    },

    /** Gives an array or a dtype the state that stands behind it. */
    build(target: PickleValue, state: PickleValue): void {
      const parts = state instanceof PickleList ? state.items : [];
      if (target instanceof PickleDtype) {
        target.isBigEndian = parts[1] === '>';
        return;
      }
      const [, shape, dtype, isByColumns, content] = parts;
      if (!(target instanceof PickleArray)) throw new PickleProblem(words('exchange.pickleState'));
      if (!(shape instanceof PickleList) || shape.items.length > 2 || !(dtype instanceof PickleDtype) || isByColumns !== false)
        throw new PickleProblem(words('exchange.pickleArrayOrder'));
      if (content instanceof PickleBytes) spend(content.to - content.from);
      else if (content instanceof PickleList) spend(content.items.length);
      target.items = shaped(shape.items.map(sideOf), content instanceof PickleList ? content.items : numbersIn(dtype, content, bytes));
    },
  };
}

function sideOf(side: PickleValue): number {
  if (typeof side !== 'number' || !Number.isInteger(side) || side < 0 || side > MAX_ARRAY)
    throw new PickleProblem(words('exchange.pickleSideNoLength'));
  return side;
}

function shaped([rows, columns]: readonly number[], flat: readonly PickleValue[]): readonly PickleValue[] {
  if (rows === undefined) throw new PickleProblem(words('exchange.pickleArrayFlat'));
  if (rows * (columns ?? 1) !== flat.length) throw new PickleProblem(words('exchange.pickleArrayShape'));
  if (columns === undefined) return flat;
  return Array.from({ length: rows }, (_, row) => new PickleList(flat.slice(row * columns, (row + 1) * columns)));
}

function sizeOf({ code }: PickleDtype): number {
  if (!INTEGER.test(code)) throw new PickleProblem(words('exchange.pickleNumberKind', { kind: code.slice(0, 20) }));
  return Number(code.slice(1));
}

function numbersIn(dtype: PickleDtype, content: PickleValue | undefined, bytes: Buffer): number[] {
  const size = sizeOf(dtype);
  if (!(content instanceof PickleBytes)) throw new PickleProblem(words('exchange.pickleArrayEmpty'));
  const length = content.to - content.from;
  if (length % size !== 0 || length / size > MAX_ARRAY) throw new PickleProblem(words('exchange.pickleArrayBytes'));
  const numbers: number[] = [];
  for (let at = content.from; at < content.to; at += size) numbers.push(wholeNumber(dtype, size, bytes, at));
  return numbers;
}

/** Beyond what JavaScript counts exactly it is not exact, and no frame is. */
function wholeNumber({ code, isBigEndian }: PickleDtype, size: number, bytes: Buffer, at: number): number {
  const isSigned = code.startsWith('i');
  if (size === 8) {
    if (isBigEndian) return Number(isSigned ? bytes.readBigInt64BE(at) : bytes.readBigUInt64BE(at));
    return Number(isSigned ? bytes.readBigInt64LE(at) : bytes.readBigUInt64LE(at));
  }
  if (isBigEndian) return isSigned ? bytes.readIntBE(at, size) : bytes.readUIntBE(at, size);
  return isSigned ? bytes.readIntLE(at, size) : bytes.readUIntLE(at, size);
}
