import { access } from 'node:fs/promises';
import type * as Onnx from 'onnxruntime-node';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';

/** Frames of one window of the network, of which the middle ones are decided and the others are context on both sides. */
export const WINDOW_FRAMES = 100;
export const TRANSNET_FRAME_SIZE = { width: 48, height: 27 } as const;

/** The TransNet V2 network: scores of one window at a time. */
export interface TransNetNetwork {
  /** The execution provider that runs it, e.g. `cpu`. */
  readonly device: string;
  /**
   * @param frames RGB24 [100, 27, 48, 3]; the network may take the buffer over, so it must not be used again.
   * @returns probabilities 0..1 per frame. `cut`: the frame is the last one of its shot, or the middle of a gradual transition.
   * `transition`: the frame lies in a transition.
   */
  scoreWindow(frames: Uint8Array): Promise<{ cut: Float32Array; transition: Float32Array }>;
  dispose(): Promise<void>;
}

export interface TransNetNetworkOptions {
  readonly modelPath: string;
  readonly threads: number;
  /** Execution providers of onnxruntime; the first that loads the network is taken. */
  readonly providers: readonly string[];
}

/**
 * Loads the ONNX file made by `models/transnet-v2/convert` (input `frames`, outputs `single_frame` and `all_frames`, logits).
 * @throws AppError `model-missing` when the file is not there, `model-broken` when no provider can load it.
 */
export async function openTransNetNetwork(options: TransNetNetworkOptions): Promise<TransNetNetwork> {
  // Imported here: the core takes the constants above from this file, and must not load the native runtime, which belongs to the worker.
  const runtime = await import('onnxruntime-node');
  const { session, device } = await openSession(runtime, options);
  return {
    device,
    async scoreWindow(frames) {
      const { width, height } = TRANSNET_FRAME_SIZE;
      const { single_frame: cut, all_frames: transition } = await session.run({
        frames: new runtime.Tensor('uint8', frames, [1, WINDOW_FRAMES, height, width, 3]),
      });
      return { cut: probabilities(cut), transition: probabilities(transition) };
    },
    dispose: () => session.release(),
  };
}

async function openSession(runtime: typeof Onnx, options: TransNetNetworkOptions): Promise<{ session: Onnx.InferenceSession; device: string }> {
  const { modelPath, threads, providers } = options;
  try {
    await access(modelPath);
  } catch (cause) {
    throw new AppError('model-missing', `The shot detector's network is missing: ${modelPath}. Get it again under Models.`, { cause });
  }
  const problems: unknown[] = [];
  for (const device of providers) {
    try {
      return { session: await runtime.InferenceSession.create(modelPath, sessionOptions(device, threads)), device };
    } catch (error) {
      problems.push(error);
    }
  }
  const cause = new AggregateError(problems);
  throw new AppError('model-broken', `The shot detector's network ${modelPath} cannot be loaded. Get it again under Models.`, { cause });
}

function sessionOptions(device: string, threads: number): Onnx.InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    // Threads that wait must not burn the time of ffmpeg, which decodes the next frames meanwhile.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

function probabilities(logits: Onnx.Tensor | undefined): Float32Array {
  assert(logits?.data instanceof Float32Array, 'TransNet V2 gives two rows of float32 logits');
  return logits.data.map((logit) => 1 / (1 + Math.exp(-logit)));
}
