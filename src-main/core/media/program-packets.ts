import { isPrivateAudio, isStartCode, pesHeader, type PesHeader } from './pes-header.ts';
import type { StreamKind, StreamTable } from './stream-table.ts';
import type { PacketReader } from './transport-packets.ts';

const START_CODE = Buffer.from([0, 0, 1]);
const PROGRAM_END = 0xb9;
const PACK = 0xba;
const PRIVATE_STREAM = 0xbd;

/** The same for a program stream, whose packets state their lengths. */
export function programReader(table: StreamTable): PacketReader {
  return (block, at) => {
    let pos = 0;
    while (pos + 6 <= block.length) {
      const code = block[pos + 3] ?? 0;
      // Lower codes belong to what packets hold.
      if (!isStartCode(block, pos) || code < PROGRAM_END) {
        const next = block.indexOf(START_CODE, pos + 1);
        if (next < 0) return block.length - START_CODE.length + 1;
        pos = next;
        continue;
      }
      const end = pos + packetBytes(block, pos, code);
      // Read again from here on, unless that has been done.
      if (end > block.length && pos > 0) return pos;
      const header = pesHeader(block, pos, Math.min(end, block.length));
      const found = header === null ? null : streamOf(block, header);
      if (header !== null && found !== null) table.begin(found.id, at + pos, { kind: found.kind, ticks: header.ticks });
      pos = end;
    }
    return pos;
  };
}

function packetBytes(block: Buffer, pos: number, code: number): number {
  if (code === PROGRAM_END) return 4;
  if (code !== PACK) return 6 + ((block[pos + 4] ?? 0) << 8) + (block[pos + 5] ?? 0);
  const isMpeg2 = (block[pos + 4] ?? 0) >> 6 === 1;
  return isMpeg2 ? 14 + ((block[pos + 13] ?? 0) & 7) : 12;
}

interface FoundStream {
  /** As ffmpeg numbers them. */
  readonly id: number;
  readonly kind: StreamKind;
}

function streamOf(block: Buffer, { streamId, content }: PesHeader): FoundStream | null {
  if (streamId >= 0xe0 && streamId <= 0xef) return { id: 0x100 | streamId, kind: 'video' };
  if (streamId >= 0xc0 && streamId <= 0xdf) return { id: 0x100 | streamId, kind: 'audio' };
  if (streamId !== PRIVATE_STREAM) return null;
  // DVDs put a number before AC-3, DTS (0x80–0x8F) and uncompressed audio (0xA0–0xA7), others nothing.
  if (isPrivateAudio(block, content)) return { id: 0x80, kind: 'audio' };
  const id = block[content] ?? 0;
  return (id >= 0x80 && id <= 0x8f) || (id >= 0xa0 && id <= 0xa7) ? { id, kind: 'audio' } : null;
}
