/** The few messages of ONNX that a network of one node needs (onnx.proto, IR version 8), written by hand. */

type Field = readonly [number: number, value: number | string | Buffer];

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number') return [varint(number * 8), varint(value)];
      const bytes = Buffer.from(value);
      return [varint(number * 8 + 2), varint(bytes.length), bytes];
    }),
  );
}

const FLOAT = 1;
const shapeOf = (size: number): Buffer => message([1, message([1, size])]);
const valueInfo = (name: string, size: number): Buffer => message([1, name], [2, message([1, message([1, FLOAT], [2, shapeOf(size)])])]);

/**
 * A network that adds four numbers to its input `x` and gives `y`. The numbers lie in another file, at `location`.
 * @param isNested they belong to a branch of an `If`, as in the networks of merged decoders
 */
export function onnxWithOutsideWeights(location: string, isNested = false): Buffer {
  const external = (key: string, value: string): Field => [13, message([1, key], [2, value])];
  const weights = message(
    [1, 4],
    [2, FLOAT],
    [8, 'w'],
    external('location', location),
    external('offset', '0'),
    external('length', '16'),
    [14, 1],
  );
  const add = message([1, 'x'], [1, 'w'], [2, 'y'], [4, 'Add']);
  const branch = message([1, add], [2, 'branch'], [5, weights], [12, valueInfo('y', 4)]);
  const condition = message([2, 9], [8, 'yes'], [9, Buffer.from([1])]);
  const choice = message(
    [1, 'yes'],
    [2, 'y'],
    [4, 'If'],
    ...(['then_branch', 'else_branch'] as const).map((name): Field => [5, message([1, name], [6, branch], [20, 5])]),
  );
  const graph = isNested
    ? message([1, choice], [2, 'g'], [5, condition], [11, valueInfo('x', 4)], [12, valueInfo('y', 4)])
    : message([1, add], [2, 'g'], [5, weights], [11, valueInfo('x', 4)], [12, valueInfo('y', 4)]);
  return message([1, 8], [7, graph], [8, message([1, ''], [2, 17])]);
}
