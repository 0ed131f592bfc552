import type { WorkLimit } from '#core/engines/work-limit.ts';
import type { CallName, CallOf, EngineKind, EngineKinds, OpenedEngine } from '#core/engines/worker-contract.ts';

/** What a call has besides its input. */
export interface WorkerCallContext<Update> {
  /** Aborted when the caller cancels: stop within a second. */
  readonly signal: AbortSignal;
  readonly onUpdate: (update: Update) => void;
}

/** An engine open in the worker. */
export interface WorkerEngine<K extends EngineKind> {
  readonly opened: OpenedEngine;
  readonly calls: {
    readonly [N in CallName<K>]: (
      input: CallOf<K, N>['input'],
      context: WorkerCallContext<CallOf<K, N>['update']>,
    ) => Promise<CallOf<K, N>['output']>;
  };
  dispose(): Promise<void>;
}

type OpenWorkerEngine<K extends EngineKind> = (spec: EngineKinds[K]['spec'], limit: WorkLimit) => Promise<WorkerEngine<K>>;

/**
 * How each kind of engine is opened in the worker. Imported when first used: finding shots does not wait for the language model's
 * runtime, nor the other way round.
 */
export const workerEngines: { readonly [K in EngineKind]: OpenWorkerEngine<K> } = {
  async captioner(spec, limit) {
    const { openOnnxCaptioner } = await import('./captioner/onnx-captioner.ts');
    const { captioner, opened } = await openOnnxCaptioner(spec, limit);
    return {
      opened,
      calls: {
        caption: (requests, { signal, onUpdate }) =>
          captioner.captionMany(requests, { signal, onText: (index, text) => onUpdate({ index, text }) }),
      },
      dispose: captioner.dispose,
    };
  },
  async 'pp-ocr'(spec) {
    const { openPpOcr } = await import('./pp-ocr/pp-ocr.ts');
    const network = await openPpOcr(spec);
    return {
      opened: { device: spec.device, notes: [] },
      calls: { recognise: (picture, { signal }) => network.recognise(picture, signal) },
      dispose: network.dispose,
    };
  },
  async 'transnet-v2'(spec) {
    const { openTransNetNetwork } = await import('./transnet-v2/transnet-network.ts');
    const network = await openTransNetNetwork(spec);
    return {
      opened: { device: network.device, notes: network.notes },
      calls: { scoreWindow: (frames) => network.scoreWindow(frames) },
      dispose: network.dispose,
    };
  },
  async writer(spec, limit) {
    const { openOnnxWriter } = await import('./language/onnx-writer.ts');
    const { writer, opened } = await openOnnxWriter(spec, limit);
    return {
      opened,
      calls: {
        write: (request, { signal, onUpdate }) => writer.write(request, { signal, onText: onUpdate }),
        countTokens: (text) => Promise.resolve(writer.countTokens(text)),
      },
      dispose: writer.dispose,
    };
  },
  async whisper(spec, limit) {
    const { openWhisper } = await import('./whisper/whisper-onnx.ts');
    const { whisper, opened } = await openWhisper(spec, limit);
    return { opened, calls: { transcribe: (input, { signal }) => whisper.transcribe(input, signal) }, dispose: whisper.dispose };
  },
  async 'silero-vad'(spec) {
    const { openVadNetwork } = await import('./silero-vad/silero-network.ts');
    const network = await openVadNetwork(spec.modelPath);
    return {
      opened: { device: network.device, notes: [] },
      calls: { probabilities: (input, { signal }) => network.probabilities(input, signal) },
      dispose: network.dispose,
    };
  },
};
