/** What the header of a PES packet says, the packet in which transport and program streams carry pictures and audio. */
export interface PesHeader {
  /** 0xBD–0xFF, as in MPEG. */
  readonly streamId: number;
  /** When its content is decoded, of 90,000 ticks a second; null: it does not say. */
  readonly ticks: number | null;
  /** Where its content begins in the block. */
  readonly content: number;
}

/** Stream ids of tables, fillers and control data, whose packets have no such header. */
const WITHOUT_HEADER: ReadonlySet<number> = new Set([0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff]);

export function isStartCode(block: Buffer, at: number): boolean {
  return block[at] === 0 && block[at + 1] === 0 && block[at + 2] === 1;
}

/** The header at `at`, of which the block has what lies before `end`; null: there is none that tells of pictures or audio. */
export function pesHeader(block: Buffer, at: number, end: number): PesHeader | null {
  const streamId = block[at + 3] ?? 0;
  if (at + 9 > end || !isStartCode(block, at) || streamId < 0xbd || WITHOUT_HEADER.has(streamId)) return null;
  const flags = block[at + 7] ?? 0;
  if (((block[at + 6] ?? 0) & 0xc0) !== 0x80) return oldHeader(block, at, end);
  // Pictures are shown in another order than they are stored in: what goes on evenly is the time of decoding.
  const time = (flags & 0x40) === 0 ? at + 9 : at + 14;
  return {
    streamId,
    ticks: (flags & 0x80) === 0 || time + 5 > end ? null : ticksAt(block, time),
    content: at + 9 + (block[at + 8] ?? 0),
  };
}

/** Of MPEG-1: fillers, the size of a buffer, times. */
function oldHeader(block: Buffer, start: number, end: number): PesHeader {
  const streamId = block[start + 3] ?? 0;
  let at = start + 6;
  while (at < end && at < start + 22 && block[at] === 0xff) at += 1;
  if (((block[at] ?? 0) & 0xc0) === 0x40) at += 2;
  const mark = (block[at] ?? 0) >> 4;
  if (mark !== 2 && mark !== 3) return { streamId, ticks: null, content: at + 1 };
  const content = at + (mark === 2 ? 5 : 10);
  return { streamId, ticks: content > end ? null : ticksAt(block, content - 5), content };
}

function ticksAt(block: Buffer, at: number): number {
  const byte = (offset: number): number => block[at + offset] ?? 0;
  return ((byte(0) >> 1) & 7) * 2 ** 30 + (byte(1) << 22) + ((byte(2) >> 1) << 15) + (byte(3) << 7) + (byte(4) >> 1);
}

/** Whether the content of a packet begins as AC-3 or DTS do. */
export function isPrivateAudio(block: Buffer, at: number): boolean {
  return (block[at] === 0x0b && block[at + 1] === 0x77) || (block[at] === 0x7f && block[at + 1] === 0xfe && block[at + 2] === 0x80);
}
