import { access } from 'node:fs/promises';
import { assert } from '#shared/assert.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { sessionOptions } from '../session-options.ts';
import { VAD_WINDOW_SAMPLES, type VadInput, type VadOutput } from '#core/engines/worker-contract.ts';

const CONTEXT_SAMPLES = 64;
const HIDDEN_SIZE = 2 * 128;

/** The Silero VAD network: keeps nothing between calls. */
export interface VadNetwork {
  readonly device: string;
  probabilities(input: VadInput, signal: AbortSignal): Promise<VadOutput>;
  dispose(): Promise<void>;
}

/**
 * Loads Silero VAD v5 (inputs `input` float32 [1, 576], `state` float32 [2, 1, 128], `sr` int64; outputs `output`, `stateN`). On the CPU: windows
 * depend on one another, and each is far too small for anything else.
 * @throws AppError `model-missing` when the file is not there, `model-broken` when it cannot be loaded
 */
export async function openVadNetwork(modelPath: string): Promise<VadNetwork> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  await access(modelPath).catch((cause: unknown) => {
    throw new AppError('model-missing', words('worker.vadMissing', { path: modelPath }), {
      cause,
    });
  });
  const session = await InferenceSession.create(modelPath, { executionProviders: ['cpu'], ...sessionOptions(1) }).catch(
    (cause: unknown) => {
      throw new AppError('model-broken', words('worker.vadBroken', { path: modelPath }), { cause });
    },
  );
  const sampleRate = new Tensor('int64', BigInt64Array.of(16_000n), []);

  return {
    device: 'cpu',
    async probabilities({ samples, memory }, signal) {
      assert(samples.length % VAD_WINDOW_SAMPLES === 0, 'the network takes whole windows');
      const probabilities = new Float32Array(samples.length / VAD_WINDOW_SAMPLES);
      let hidden = memory?.hidden ?? new Float32Array(HIDDEN_SIZE);
      let context = memory?.context ?? new Float32Array(CONTEXT_SAMPLES);
      for (let window = 0; window < probabilities.length; window++) {
        if (signal.aborted) throw new AppError('cancelled', words('worker.vadCancelled'));
        const now = samples.subarray(window * VAD_WINDOW_SAMPLES, (window + 1) * VAD_WINDOW_SAMPLES);
        const input = new Float32Array(CONTEXT_SAMPLES + VAD_WINDOW_SAMPLES);
        input.set(context);
        input.set(now, CONTEXT_SAMPLES);
        const { output, stateN } = await session.run({
          input: new Tensor('float32', input, [1, input.length]),
          state: new Tensor('float32', hidden, [2, 1, 128]),
          sr: sampleRate,
        });
        assert(
          output?.data instanceof Float32Array && stateN?.data instanceof Float32Array,
          'Silero VAD gives a probability and its state',
        );
        probabilities[window] = output.data[0] ?? 0;
        hidden = stateN.data;
        context = now.slice(-CONTEXT_SAMPLES);
      }
      return { probabilities, memory: { hidden, context } };
    },
    dispose: () => session.release(),
  };
}
