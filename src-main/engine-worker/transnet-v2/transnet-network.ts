import { access } from 'node:fs/promises';
import type * as Onnx from 'onnxruntime-node';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { Device } from '#shared/domain/device.ts';
import { words } from '#shared/words/words.ts';
import { sessionOptions } from '../session-options.ts';
import { FRAME_BYTES, TRANSNET_FRAME_SIZE, type TransNetSpec, type WindowScores } from '#core/engines/worker-contract.ts';
import type { TransNetNetwork } from '#core/engines/detectors/transnet-v2.ts';

/** Of the window that a device is tried with. */
const TRIAL_FRAMES = 100;

/** The network in this very process, where a run that has begun goes on to its end. */
export interface LocalTransNet extends Omit<TransNetNetwork, 'scoreWindow'> {
  scoreWindow(frames: Uint8Array): Promise<WindowScores>;
}

/**
 * Loads the ONNX file made by `models/transnet-v2/convert` (input `frames`, outputs `single_frame` and `all_frames`, logits). Where a
 * GPU fails to load or to run it, the CPU takes over with a note.
 * @throws AppError `model-missing` when the file is not there, `model-broken` when it cannot be loaded.
 */
export async function openTransNetNetwork(spec: TransNetSpec): Promise<LocalTransNet> {
  await access(spec.modelPath).catch((cause: unknown) => {
    throw new AppError('model-missing', words('worker.detectorMissing', { path: spec.modelPath }), {
      cause,
    });
  });
  // Imported here, as the runtime below: the core takes the constants above from this file, and must not load native code.
  const { resolveDevice } = await import('../execution-providers.ts');
  const { device, notes } = await resolveDevice(spec.device);
  if (device === 'cpu') return { ...(await open(spec, device)), notes };
  try {
    const network = await open(spec, device);
    await network.scoreWindow(new Uint8Array(TRIAL_FRAMES * FRAME_BYTES));
    return { ...network, notes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      ...(await open(spec, 'cpu')),
      notes: [...notes, `Ran on the CPU: this network does not run on ${device} here (${reason.slice(0, 200)}).`],
    };
  }
}

async function open({ modelPath, threads }: TransNetSpec, device: Device): Promise<Omit<LocalTransNet, 'notes'>> {
  const runtime = await import('onnxruntime-node');
  const session = await runtime.InferenceSession.create(modelPath, { executionProviders: [device], ...sessionOptions(threads) }).catch(
    (cause: unknown) => {
      throw new AppError('model-broken', words('worker.detectorBroken', { path: modelPath }), {
        cause,
      });
    },
  );
  return {
    device,
    async scoreWindow(frames) {
      const { width, height } = TRANSNET_FRAME_SIZE;
      const { single_frame: cut, all_frames: transition } = await session.run({
        frames: new runtime.Tensor('uint8', frames, [1, frames.length / FRAME_BYTES, height, width, 3]),
      });
      return { cut: probabilities(cut), transition: probabilities(transition) };
    },
    dispose: () => session.release(),
  };
}

function probabilities(logits: Onnx.Tensor | undefined): Float32Array {
  assert(logits?.data instanceof Float32Array, 'TransNet V2 gives two rows of float32 logits');
  return logits.data.map((logit) => 1 / (1 + Math.exp(-logit)));
}
