import type { Turn } from '#core/base/turns.ts';
import { createNumpyReader, NUMPY_NAMES, type NumpyReader } from './numpy.ts';
import { PickleBytes, PickleDict, PickleGlobal, PickleList, PickleProblem, type PickleValue } from './values.ts';
import { words } from '#shared/words/words.ts';

/** Python writes a thousand at a time; a tuple may be longer. */
const MAX_STACK = 1_000_000;
/** The split info of 134,000 videos, of which every number may be remembered, takes four million. */
const MAX_MEMO = 8_000_000;
/** Values that are put on the stack in all, twice what that file has; and the lists, tuples and dictionaries among them. */
const MAX_VALUES = 16_000_000;
const MAX_LISTS = 4_000_000;
const MAX_MARKS = 1_000;
const MAX_TEXT_BYTES = 1_000_000;

/**
 * Reads a pickle as data: nothing in it is called, imported or looked up. Of all that a pickle can say only what data needs is read; names are refused but the four
 * of numpy in `numpy.ts`, and everything else with its place. Source: `pickletools.py` of Python 3.11, protocols 2 to 5.
 * @throws PickleProblem with the operation and the byte at which it stands
 */
export async function readPickle(bytes: Buffer, turn: Turn): Promise<PickleValue> {
  const machine = createMachine(bytes);
  for (let count = 0; ; count++) {
    if (count % 1_000 === 0) await turn();
    const ended = machine.step();
    if (ended !== undefined) return ended.value;
  }
}

type Operation = (machine: Machine) => void;

/** What operations do things with. */
interface Machine {
  readonly bytes: Buffer;
  readonly memo: PickleValue[];
  readonly numpy: NumpyReader;
  push(value: PickleValue): void;
  pop(): PickleValue;
  /** The value on top, which stays. */
  top(): PickleValue;
  mark(): void;
  /** Everything above the last mark, which goes with it. */
  popMarked(): PickleValue[];
  /** Takes so many bytes and returns the place of the first. */
  take(length: number): number;
  /** An unsigned number of so many bytes. */
  number(length: 1 | 2 | 4 | 8): number;
}

function createMachine(bytes: Buffer) {
  let at = 0;
  const stack: PickleValue[] = [];
  let values = 0;
  let lists = 0;
  const marks: number[] = [];

  const machine: Machine = {
    bytes,
    numpy: createNumpyReader(bytes),
    memo: [],
    push(value) {
      if (stack.length >= MAX_STACK) throw new PickleProblem(words('exchange.pickleDeepStack', { limit: MAX_STACK }));
      if (++values > MAX_VALUES) throw new PickleProblem(words('exchange.pickleManyValues', { limit: MAX_VALUES }));
      if ((value instanceof PickleList || value instanceof PickleDict) && ++lists > MAX_LISTS)
        throw new PickleProblem(words('exchange.pickleManyLists', { limit: MAX_LISTS }));
      stack.push(value);
    },
    pop() {
      const value = stack.length > (marks.at(-1) ?? 0) ? stack.pop() : undefined;
      if (value === undefined) throw new PickleProblem(words('exchange.pickleNothingToTake'));
      return value;
    },
    top() {
      const value = stack.length > (marks.at(-1) ?? 0) ? stack.at(-1) : undefined;
      if (value === undefined) throw new PickleProblem(words('exchange.pickleNothingToTake'));
      return value;
    },
    mark() {
      if (marks.length >= MAX_MARKS) throw new PickleProblem(words('exchange.pickleManyMarks', { limit: MAX_MARKS }));
      marks.push(stack.length);
    },
    popMarked() {
      const mark = marks.pop();
      if (mark === undefined) throw new PickleProblem(words('exchange.pickleNoMark'));
      return stack.splice(mark);
    },
    take(length) {
      if (length > bytes.length - at) throw new PickleProblem(words('exchange.pickleEnds'));
      at += length;
      return at - length;
    },
    number(length) {
      const from = machine.take(length);
      return length === 8 ? Number(bytes.readBigUInt64LE(from)) : bytes.readUIntLE(from, length);
    },
  };

  return {
    /** Does one operation; the whole value once it is there. */
    step(): { readonly value: PickleValue } | undefined {
      const from = at;
      const code = bytes[at++];
      if (code === undefined) throw new PickleProblem(words('exchange.pickleNoStop', { from }));
      const [name, run] = OPERATIONS[code] ?? [`0x${code.toString(16).padStart(2, '0')}`, refuse];
      try {
        if (run !== null) {
          run(machine);
          return undefined;
        }
        const value = machine.pop();
        if (stack.length > 0) throw new PickleProblem(words('exchange.pickleManyResults'));
        return { value };
      } catch (error) {
        if (!(error instanceof PickleProblem)) throw error;
        throw new PickleProblem(words('exchange.pickleAt', { name, from, problem: error.words }), { cause: error });
      }
    },
  };
}

function refuse(): never {
  throw new PickleProblem(words('exchange.pickleOperation'));
}

function pushText(length: 1 | 4 | 8, encoding: 'utf8' | 'latin1' = 'utf8'): Operation {
  return (machine) => {
    const count = machine.number(length);
    if (count > MAX_TEXT_BYTES) throw new PickleProblem(words('exchange.pickleLongText', { limit: MAX_TEXT_BYTES }));
    const from = machine.take(count);
    machine.push(machine.bytes.toString(encoding, from, from + count));
  };
}

function pushBytes(length: 1 | 4 | 8): Operation {
  return (machine) => {
    const count = machine.number(length);
    const from = machine.take(count);
    machine.push(new PickleBytes(from, from + count));
  };
}

/** The last `count` values as a tuple. */
function pushTuple(count: number): Operation {
  return (machine) => {
    const items: PickleValue[] = [];
    for (let left = count; left > 0; left--) items.unshift(machine.pop());
    machine.push(new PickleList(items));
  };
}

function listOn(machine: Machine): PickleList {
  const list = machine.top();
  if (!(list instanceof PickleList)) throw new PickleProblem(words('exchange.pickleNoList'));
  return list;
}

function addEntries(machine: Machine, parts: readonly PickleValue[]): void {
  const dict = machine.top();
  if (!(dict instanceof PickleDict)) throw new PickleProblem(words('exchange.pickleNoDict'));
  if (parts.length % 2 !== 0) throw new PickleProblem(words('exchange.pickleKeyAlone'));
  for (let index = 0; index < parts.length; index += 2) dict.entries.push({ key: parts[index] ?? null, value: parts[index + 1] ?? null });
}

function remember(machine: Machine, place: number): void {
  // Python numbers them one by one; a number out of turn would make room for all before it.
  if (place > machine.memo.length || place >= MAX_MEMO) throw new PickleProblem(words('exchange.pickleNoPlace', { place }));
  machine.memo[place] = machine.top();
}

function recall(machine: Machine, place: number): void {
  const value = machine.memo[place];
  if (value === undefined) throw new PickleProblem(words('exchange.pickleNotRemembered', { place }));
  machine.push(value);
}

function pushName(machine: Machine, name: string): void {
  if (!NUMPY_NAMES.has(name)) throw new PickleProblem(words('exchange.pickleNames', { name: name.slice(0, 100) }));
  machine.push(new PickleGlobal(name));
}

/** The rest of a line of the file. */
function lineOf(machine: Machine): string {
  const from = machine.take(0);
  const end = machine.bytes.indexOf(0x0a, from);
  if (end === -1 || end - from > MAX_TEXT_BYTES) throw new PickleProblem(words('exchange.pickleEnds'));
  machine.take(end + 1 - from);
  return machine.bytes.toString('utf8', from, end);
}

/** A whole number of any size. What no frame number comes near is infinite: only what has it cannot be used. */
function pushLong(length: 1 | 4): Operation {
  return (machine) => {
    const count = machine.number(length);
    const from = machine.take(count);
    if (count <= 6) return machine.push(count === 0 ? 0 : machine.bytes.readIntLE(from, count));
    const isNegative = (machine.bytes[from + count - 1] ?? 0) >= 0x80;
    machine.push(isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  };
}

/** By its byte; null ends the pickle. */
const OPERATIONS: Readonly<Record<number, readonly [name: string, run: Operation | null]>> = {
  0x80: [
    'PROTO',
    (machine) => {
      const protocol = machine.number(1);
      if (protocol < 2 || protocol > 5) throw new PickleProblem(words('exchange.pickleProtocol', { protocol }));
    },
  ],
  0x95: ['FRAME', (machine) => void machine.number(8)],
  0x2e: ['STOP', null],
  0x28: ['MARK', (machine) => machine.mark()],
  0x4e: ['NONE', (machine) => machine.push(null)],
  0x88: ['NEWTRUE', (machine) => machine.push(true)],
  0x89: ['NEWFALSE', (machine) => machine.push(false)],
  0x4a: ['BININT', (machine) => machine.push(machine.number(4) | 0)],
  0x4b: ['BININT1', (machine) => machine.push(machine.number(1))],
  0x4d: ['BININT2', (machine) => machine.push(machine.number(2))],
  0x8a: ['LONG1', pushLong(1)],
  0x8b: ['LONG4', pushLong(4)],
  0x47: ['BINFLOAT', (machine) => machine.push(machine.bytes.readDoubleBE(machine.take(8)))],
  0x55: ['SHORT_BINSTRING', pushText(1, 'latin1')],
  0x54: ['BINSTRING', pushText(4, 'latin1')],
  0x8c: ['SHORT_BINUNICODE', pushText(1)],
  0x58: ['BINUNICODE', pushText(4)],
  0x8d: ['BINUNICODE8', pushText(8)],
  0x43: ['SHORT_BINBYTES', pushBytes(1)],
  0x42: ['BINBYTES', pushBytes(4)],
  0x8e: ['BINBYTES8', pushBytes(8)],
  0x7d: ['EMPTY_DICT', (machine) => machine.push(new PickleDict())],
  0x5d: ['EMPTY_LIST', (machine) => machine.push(new PickleList([]))],
  0x29: ['EMPTY_TUPLE', pushTuple(0)],
  0x85: ['TUPLE1', pushTuple(1)],
  0x86: ['TUPLE2', pushTuple(2)],
  0x87: ['TUPLE3', pushTuple(3)],
  0x74: ['TUPLE', (machine) => machine.push(new PickleList(machine.popMarked()))],
  0x61: [
    'APPEND',
    (machine) => {
      const item = machine.pop();
      listOn(machine).items.push(item);
    },
  ],
  0x65: [
    'APPENDS',
    (machine) => {
      const items = machine.popMarked();
      const list = listOn(machine);
      for (const item of items) list.items.push(item);
    },
  ],
  0x73: [
    'SETITEM',
    (machine) => {
      const value = machine.pop();
      const key = machine.pop();
      addEntries(machine, [key, value]);
    },
  ],
  0x75: ['SETITEMS', (machine) => addEntries(machine, machine.popMarked())],
  0x71: ['BINPUT', (machine) => remember(machine, machine.number(1))],
  0x72: ['LONG_BINPUT', (machine) => remember(machine, machine.number(4))],
  0x94: ['MEMOIZE', (machine) => remember(machine, machine.memo.length)],
  0x68: ['BINGET', (machine) => recall(machine, machine.number(1))],
  0x6a: ['LONG_BINGET', (machine) => recall(machine, machine.number(4))],
  0x63: [
    'GLOBAL',
    (machine) => {
      const module = lineOf(machine);
      pushName(machine, `${module}.${lineOf(machine)}`);
    },
  ],
  0x93: [
    'STACK_GLOBAL',
    (machine) => {
      const name = machine.pop();
      const module = machine.pop();
      if (typeof name !== 'string' || typeof module !== 'string') throw new PickleProblem(words('exchange.pickleNameNoText'));
      pushName(machine, `${module}.${name}`);
    },
  ],
  0x52: [
    'REDUCE',
    (machine) => {
      const given = machine.pop();
      machine.push(machine.numpy.made(machine.pop(), given));
    },
  ],
  0x62: [
    'BUILD',
    (machine) => {
      const state = machine.pop();
      machine.numpy.build(machine.top(), state);
    },
  ],
};
