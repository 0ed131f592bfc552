import { encryptedTracks } from './mp4-boxes.ts';
import { containerName, isMatroska, isMp4, type ProbeJson } from './stream-info.ts';

/** Indices of the streams that are encrypted (copy protection), as their headers say: what a decoder makes of them is noise. */
export async function encryptedStreams(path: string, { format, streams }: ProbeJson, signal: AbortSignal): Promise<ReadonlySet<number>> {
  const container = containerName(format.format_name, path);
  if (isMp4(container)) return await encryptedTracks(path, signal);
  if (!isMatroska(container)) return new Set();
  // ffmpeg keeps the number of the key there.
  return new Set(streams.filter(({ tags }) => tags?.['enc_key_id'] !== undefined).map(({ index }) => index));
}
