import { isPrivateAudio, isStartCode, pesHeader } from './pes-header.ts';
import type { StreamKind, StreamTable } from './stream-table.ts';

const PACKET_BYTES = 188;
const SYNC = 0x47;
/** Plain, with a time before each packet (cameras, Blu-ray), with check bytes behind it. */
const STRIDES = [PACKET_BYTES, 192, 204] as const;
/** Packets in a row that prove where packets begin. */
const PROOF = 4;
const PID_COUNT = 0x2000;

/** Reads a block of a file, which begins at byte `at`, and says how many bytes of it are done with. */
export type PacketReader = (block: Buffer, at: number) => number;

export function transportReader(table: StreamTable): PacketReader {
  const places = new Int16Array(PID_COUNT).fill(-1);
  let stride: number = PACKET_BYTES;
  let isInStep = false;

  function readPacket(block: Buffer, pos: number, at: number): void {
    const head = block[pos + 1] ?? 0;
    const control = block[pos + 3] ?? 0;
    // Damaged, scrambled, or without content.
    if ((head & 0x80) !== 0 || (control & 0xc0) !== 0 || (control & 0x10) === 0) return;
    const pid = ((head & 0x1f) << 8) | (block[pos + 2] ?? 0);
    const content = pos + 4 + ((control & 0x20) === 0 ? 0 : 1 + (block[pos + 4] ?? 0));
    const place = places[pid] ?? -1;
    if ((head & 0x40) !== 0 && isStartCode(block, content)) {
      const header = pesHeader(block, content, pos + PACKET_BYTES);
      if (header !== null) {
        places[pid] = table.begin(pid, at + pos, { kind: kindOf(block, header), ticks: header.ticks });
        return;
      }
    }
    if (place >= 0) table.count(place, at + pos);
  }

  return (block, at) => {
    let pos = 0;
    while (pos + PACKET_BYTES <= block.length) {
      if (!isInStep || block[pos] !== SYNC) {
        const found = findPackets(block, pos);
        isInStep = found !== null;
        if (found === null) return block.length - PACKET_BYTES + 1;
        ({ pos, stride } = found);
      }
      readPacket(block, pos, at);
      pos += stride;
    }
    return pos;
  };
}

/** The next place from which packets follow each other, also behind damage. */
function findPackets(block: Buffer, from: number): { readonly pos: number; readonly stride: number } | null {
  for (let pos = block.indexOf(SYNC, from); pos >= 0 && pos + PACKET_BYTES <= block.length; pos = block.indexOf(SYNC, pos + 1)) {
    const stride = STRIDES.find((bytes) => isRow(block, pos, bytes));
    if (stride !== undefined) return { pos, stride };
  }
  return null;
}

function isRow(block: Buffer, pos: number, stride: number): boolean {
  for (let packet = 1; packet <= PROOF && pos + packet * stride < block.length; packet++)
    if (block[pos + packet * stride] !== SYNC) return false;
  return true;
}

function kindOf(block: Buffer, { streamId, content }: { readonly streamId: number; readonly content: number }): StreamKind {
  if (streamId >= 0xe0 && streamId <= 0xef) return 'video';
  if (streamId >= 0xc0 && streamId <= 0xdf) return 'audio';
  if (isPrivateAudio(block, content)) return 'audio';
  // VC-1 of Blu-ray.
  return streamId === 0xfd && isStartCode(block, content) ? 'video' : 'other';
}
