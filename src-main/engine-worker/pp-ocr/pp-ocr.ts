import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words, type Words } from '#shared/words/words.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { RecognisedLine } from '#core/engines/text-recogniser.ts';
import type { TextRecogniserSpec } from '#core/engines/worker-contract.ts';
import { sessionOptions } from '../session-options.ts';
import { decodeCtc, type DecodedLine } from './ctc.ts';
import { cropMap, detectionInput, type ImageTensor, lineInput } from './picture-tensors.ts';
import { findTextRegions } from './text-regions.ts';
import { cornersOf, type TurnedBox } from './turned-box.ts';

const DETECTION_FILE = 'ch_PP-OCRv4_det_infer.onnx';
const RECOGNITION_FILE = 'ch_PP-OCRv4_rec_infer.onnx';
const CHARACTERS_FILE = 'ppocr_keys_v1.txt';

/** Below this mean probability a line is noise that looked like text (PaddleOCR's `drop_score`). */
const DROP_SCORE = 0.5;

export interface PpOcrNetwork {
  /** Lines in reading order. Aborting between two lines rejects with AppError `cancelled`. */
  recognise(picture: Picture, signal: AbortSignal): Promise<RecognisedLine[]>;
  dispose(): Promise<void>;
}

/**
 * PP-OCRv4 (Du et al. 2020, "PP-OCR: A Practical Ultra Lightweight OCR System"): one network finds lines, another reads each. Only
 * for the engine worker: running blocks its thread. Without the classifier for lines upside down, which videos do not have.
 * @throws AppError `model-missing` or `model-broken`, naming the file
 */
export async function openPpOcr({
  folder,
  threads,
  spaceThreshold,
}: Pick<TextRecogniserSpec, 'folder' | 'threads' | 'spaceThreshold'>): Promise<PpOcrNetwork> {
  const [detector, reader, characters] = await Promise.all([
    openSession(path.join(folder, DETECTION_FILE), threads),
    openSession(path.join(folder, RECOGNITION_FILE), threads),
    readCharacters(path.join(folder, CHARACTERS_FILE)),
  ]);

  async function findBoxes(picture: Picture): Promise<TurnedBox[]> {
    const { data, width, height } = await runOn(detector, detectionInput(picture));
    return findTextRegions(cropMap({ data, width, height }, picture));
  }

  async function readLine(picture: Picture, box: TurnedBox): Promise<DecodedLine> {
    const { data, width: classes, height: steps } = await runOn(reader, lineInput(picture, box));
    if (classes !== characters.length)
      throw broken(
        path.join(folder, CHARACTERS_FILE),
        words('worker.charactersDiffer', { characters: characters.length - 2, known: classes - 2 }),
      );
    return decodeCtc({ steps, classes, data }, characters, spaceThreshold);
  }

  return {
    async recognise(picture, signal) {
      const lines: RecognisedLine[] = [];
      for (const box of await findBoxes(picture)) {
        if (signal.aborted) throw new AppError('cancelled', words('worker.cancelled'));
        const { text, confidence } = await readLine(picture, box);
        if (text !== '' && confidence >= DROP_SCORE) lines.push({ text, confidence, box: normalisedCorners(box, picture) });
      }
      return lines;
    },
    async dispose() {
      await Promise.all([detector.release(), reader.release()]);
    },
  };
}

/** The last two dimensions of the only output; those before them are 1. */
async function runOn(
  session: InferenceSession,
  { data, width, height }: ImageTensor,
): Promise<{ data: Float32Array; width: number; height: number }> {
  const [input, output] = [session.inputNames[0] ?? '', session.outputNames[0] ?? ''];
  const result = (await session.run({ [input]: new Tensor('float32', data, [1, 3, height, width]) }))[output];
  assert(result?.data instanceof Float32Array, 'PP-OCR gives float32');
  return { data: result.data, width: result.dims.at(-1) ?? 0, height: result.dims.at(-2) ?? 0 };
}

async function openSession(file: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, { executionProviders: ['cpu'], ...sessionOptions(threads) });
  } catch (error) {
    throw broken(file, error instanceof Error ? error.message.slice(0, 200) : String(error));
  }
}

/** Class 0 is the blank, the last one the space, which the file leaves out. */
async function readCharacters(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw broken(file, error instanceof Error ? error.message : String(error));
  });
  return ['', ...text.replace(/\n$/u, '').split('\n'), ' '];
}

function broken(file: string, reason: Words | string): AppError {
  return new AppError('model-broken', words('worker.recogniserBroken', { file: path.basename(file), reason }));
}

function normalisedCorners(box: TurnedBox, { width, height }: Picture): RecognisedLine['box'] {
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  return cornersOf(box).map(({ x, y }) => ({ x: clamp((x + 0.5) / width), y: clamp((y + 0.5) / height) })) as RecognisedLine['box'];
}
