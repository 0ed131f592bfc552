import type { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { type FileRequest, knownTracks, trialOutputs } from './audio-tracks.ts';
import { corruptError, reasonIn, requireSuccess } from './media-errors.ts';
import type { ProbeJson, ProbeStream } from './stream-info.ts';
import { readAll } from './tool-process.ts';

/** 16 × 16 in RGB24. */
const FRAME_BYTES = 16 * 16 * 3;

/**
 * A header and a list of packets prove nothing: one frame has to come out. The audio is tried in the same run, for most files are well and to start
 * ffmpeg takes longer than this work; where anything is amiss the pictures are tried alone.
 */
export async function tryBeginning(
  { ffmpeg, path, signal }: FileRequest,
  json: ProbeJson,
  { picture, encrypted }: { readonly picture: ProbeStream; readonly encrypted: ReadonlySet<number> },
): Promise<{ readonly areReadable: boolean }> {
  const frame = ['-map', `0:${picture.index}`, '-frames:v', '1', '-vf', 'scale=16:16', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'];
  const audio = trialOutputs(knownTracks(json, { pictureIndex: picture.index, encrypted }));
  if (audio.length > 0) {
    const { output, exit } = await readAll(await ffmpeg.stream({ input: { path }, args: [...frame, ...audio], effort: 'head', signal }));
    if (exit.failure === null && exit.code === 0 && output.length === FRAME_BYTES) return { areReadable: true };
  }
  const { output, exit } = await readAll(await ffmpeg.stream({ input: { path }, args: frame, effort: 'head', signal }));
  if (output.length === FRAME_BYTES) return { areReadable: false };
  requireSuccess(exit, path, words('media.noneOfFramesDecodable'));
  throw undecodable(path, exit.stderrTail);
}

export function undecodable(path: string, stderrTail: string | null): AppError {
  const problem = words('media.noneOfFramesDecodable');
  const isSilent = stderrTail === null || stderrTail === '';
  return corruptError(path, isSilent ? problem : words('media.saidFfmpeg', { problem, said: reasonIn(stderrTail) }));
}
