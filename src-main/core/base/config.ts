import type { DeviceChoice } from '#shared/domain/device.ts';

/** The hub that models are downloaded from; asked only when a person wants one. */
export interface HubConfig {
  /** Without a slash at its end. */
  readonly url: string;
  /** Pauses before the second, third, … attempt after trouble with the network. */
  readonly retryDelaysMs: readonly number[];
  /** A connection that gives nothing for this long is given up. */
  readonly stallMs: number;
}

/** Where the core keeps things and what it may use; every path is absolute. */
export interface CoreConfig {
  /** Settings, recent projects, uploads, logs. */
  readonly dataDir: string;
  /** Files that browsers sent, each in a folder of its own. */
  readonly uploadsDir: string;
  /** Model folders that ship with the product. */
  readonly modelsDir: string;
  /** Model folders that people add. */
  readonly userModelsDir: string;
  /** The video of the sample project; null where the product carries none. */
  readonly sampleVideoPath: string | null;
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** How many ffmpeg jobs may run side by side. */
  readonly ffmpegLanes: number;
  /** Threads for inference, which runs below normal priority so that the interface never waits for it. */
  readonly inferenceThreads: number;
  /** Where networks run that can run elsewhere than on the CPU, in place of what the settings say of each; left out: as they say. */
  readonly device?: DeviceChoice;
  readonly hub: HubConfig;
  /** What the person's other programs leave out of the modes of new files: holds for what goes to a folder that a person chose. Left out: all is as private as the studio's own. */
  readonly personUmask?: number;
}
