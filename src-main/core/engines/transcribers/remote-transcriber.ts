import { untilAborted } from '#core/base/until-aborted.ts';
import type { Transcriber } from '../transcriber.ts';
import type { EngineClient, RemoteEngine } from '../engine-client.ts';
import type { OpenedEngine, VadSpec, WhisperSpec } from '../worker-contract.ts';
import { createSpeechTranscriber, type SpeechNetworks } from './speech-transcriber.ts';

export interface RemoteTranscriberSpec {
  readonly whisper: WhisperSpec;
  readonly vad: VadSpec;
  /** Hash of Whisper's folder (model store); goes into provenance. */
  readonly sha256: string;
}

/**
 * A transcriber whose networks run in the engine worker. Whisper is loaded when the first speech is found: a silent video does not wait for it.
 * @throws AppError `model-missing` or `model-broken`, naming the file and key; of Whisper's folder only while it transcribes
 */
export async function openRemoteTranscriber(client: EngineClient, { whisper, vad, sha256 }: RemoteTranscriberSpec): Promise<Transcriber> {
  const voice = await client.open({ kind: 'silero-vad', spec: vad });
  let recogniser: Promise<RemoteEngine<'whisper'>> | null = null;
  // What finds speech runs on the CPU.
  let opened: Pick<OpenedEngine, 'device' | 'notes'> = { device: voice.opened.device, notes: [] };
  const openRecogniser = (): Promise<RemoteEngine<'whisper'>> =>
    (recogniser ??= client.open({ kind: 'whisper', spec: whisper }).then((engine) => {
      opened = engine.opened;
      return engine;
    }));
  const networks: SpeechNetworks = {
    opened: () => opened,
    load: () => openRecogniser().then(() => undefined),
    findSpeech: (input, signal) => voice.call('probabilities', input, { signal }),
    transcribe: async (input, signal) => (await untilAborted(openRecogniser(), signal)).call('transcribe', input, { signal }),
  };
  return createSpeechTranscriber(networks, { id: whisper.modelId, sha256 });
}
