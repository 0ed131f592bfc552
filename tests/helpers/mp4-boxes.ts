/** A box of MP4. */
export function box(kind: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(kind, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** Gives the boxes of a kind another content, and those around them the length that they then have. */
export function changeBoxes(boxes: Buffer, [wanted, ...rest]: readonly string[], change: (content: Buffer) => Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= boxes.length;) {
    const length = boxes.readUInt32BE(at);
    const kind = boxes.toString('latin1', at + 4, at + 8);
    const content = boxes.subarray(at + 8, at + length);
    parts.push(
      kind === wanted
        ? box(kind, rest.length === 0 ? change(content) : changeBoxes(content, rest, change))
        : boxes.subarray(at, at + length),
    );
    at += length;
  }
  return Buffer.concat(parts);
}
