import type { Writer } from '../writer.ts';
import type { EngineClient } from '../engine-client.ts';
import type { WriterSpec } from '../worker-contract.ts';
import { MOST_CONTEXT_TOKENS } from '#core/models/folders/writer-folder.ts';

/**
 * A text model whose network runs in the engine worker.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key
 */
export async function openRemoteWriter(client: EngineClient, spec: WriterSpec): Promise<Writer> {
  const engine = await client.open({ kind: 'writer', spec });
  return {
    id: spec.modelId,
    version: spec.sha256.slice(0, 12),
    maxPictures: 0,
    readsTextAlone: true,
    contextTokens: engine.opened.contextTokens ?? MOST_CONTEXT_TOKENS,
    pictureTokens: 0,
    countTokens: (text) => engine.call('countTokens', text),
    write({ parts, generation }, { signal, onText }) {
      const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
      return engine.call('write', { text, generation }, { signal, onUpdate: onText });
    },
    // The model stays loaded for the next job while there is room.
    dispose: () => Promise.resolve(),
  };
}
