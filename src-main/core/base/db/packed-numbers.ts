import { promisify } from 'node:util';
import { deflateSync, inflate, inflateSync } from 'node:zlib';
import { MAX_FRAMES } from '#shared/domain/video.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** Numbers of the frames of a video, as a blob of the database. */
export function packNumbers(values: Float32Array | Float64Array): Buffer {
  return deflateSync(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** @throws AppError as `unpackBytes` */
export function unpackFloat32(packed: Buffer): Float32Array {
  return new Float32Array(unpackBytes(packed, Float32Array.BYTES_PER_ELEMENT));
}

/** @throws AppError as `unpackBytes` */
export function unpackFloat64(packed: Buffer): Float64Array {
  return new Float64Array(unpackBytes(packed, Float64Array.BYTES_PER_ELEMENT));
}

/** As `unpackFloat32`, in a thread of its own: millions of numbers take a tenth of a second. */
export async function unpackFloat32Aside(packed: Buffer): Promise<Float32Array> {
  return new Float32Array(await unpackBytesAside(packed, Float32Array.BYTES_PER_ELEMENT));
}

/** As `unpackFloat64`, in a thread of its own. */
export async function unpackFloat64Aside(packed: Buffer): Promise<Float64Array> {
  return new Float64Array(await unpackBytesAside(packed, Float64Array.BYTES_PER_ELEMENT));
}

const inflateAside = promisify<Buffer, { maxOutputLength: number; chunkSize: number }, Buffer>(inflate);

/** Long pieces, so that few of them have to be put together. */
const CHUNK_BYTES = 1024 * 1024;

/** A few bytes can unpack to gigabytes, and projects come from anybody: no more than a video may have frames. */
function limits(bytesPerNumber: number): { maxOutputLength: number; chunkSize: number } {
  return { maxOutputLength: MAX_FRAMES * bytesPerNumber, chunkSize: CHUNK_BYTES };
}

/** @throws AppError `media-corrupt` */
function unpackBytes(packed: Buffer, bytesPerNumber: number): ArrayBuffer {
  try {
    return ownBuffer(inflateSync(packed, limits(bytesPerNumber)), bytesPerNumber);
  } catch (error) {
    throw unreadable(error);
  }
}

/** @throws AppError `media-corrupt` */
async function unpackBytesAside(packed: Buffer, bytesPerNumber: number): Promise<ArrayBuffer> {
  try {
    return ownBuffer(await inflateAside(packed, limits(bytesPerNumber)), bytesPerNumber);
  } catch (error) {
    throw unreadable(error);
  }
}

/** Copied into a buffer of its own: a slice of Node's pool may lie at an odd address. */
function ownBuffer(bytes: Buffer, bytesPerNumber: number): ArrayBuffer {
  return new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % bytesPerNumber))).buffer;
}

function unreadable(cause: unknown): AppError {
  return new AppError('media-corrupt', words('base.analysisUnreadable'), { cause });
}
