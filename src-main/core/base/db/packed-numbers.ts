import { deflateSync, inflateSync } from 'node:zlib';
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

/**
 * A few bytes can unpack to gigabytes, and projects come from anybody: no more than a video may have frames.
 * @throws AppError `media-corrupt`
 */
function unpackBytes(packed: Buffer, bytesPerNumber: number): ArrayBuffer {
  try {
    const bytes = inflateSync(packed, { maxOutputLength: MAX_FRAMES * bytesPerNumber });
    // Copied into a buffer of its own: a slice of Node's pool may lie at an odd address.
    return new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % bytesPerNumber))).buffer;
  } catch (error) {
    throw new AppError('media-corrupt', words('base.analysisUnreadable'), { cause: error });
  }
}
