import type { TextRecogniser } from '../text-recogniser.ts';
import type { EngineClient } from '../engine-client.ts';
import type { TextRecogniserSpec } from '../worker-contract.ts';

export const PP_OCR_ID = 'pp-ocr';
export const PP_OCR_VERSION = '4';

/**
 * PP-OCR running in the engine worker.
 * @throws AppError `model-missing` or `model-broken`, naming the file
 */
export async function openRemoteRecogniser(
  client: EngineClient,
  spec: TextRecogniserSpec & { readonly sha256: string },
): Promise<TextRecogniser> {
  const { sha256, ...rest } = spec;
  const engine = await client.open({ kind: 'pp-ocr', spec: rest });
  return {
    id: PP_OCR_ID,
    version: PP_OCR_VERSION,
    device: engine.opened.device,
    modelSha256: sha256,
    recognise: (picture, { signal }) => engine.call('recognise', picture, { signal }),
    // The networks stay loaded for the next job while there is room.
    dispose: () => Promise.resolve(),
  };
}
