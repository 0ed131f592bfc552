import { z } from 'zod';
import { Endpoint } from '../domain/endpoint.ts';
import { ReadOnlyReason } from '../domain/project.ts';
import { CheckReport } from './export-check.ts';
import { ProjectRef, ShotId, VideoId } from '../domain/ids.ts';
import { DeviceChoice } from '../domain/device.ts';
import { MAX_CANDIDATES, TextKind } from '../domain/text.ts';
import { AutomaticSteps, automaticStepsAtFirst } from '../steps/from-steps.ts';
import { Refusal } from './errors.ts';
import { PersonalSettings } from './people.ts';
import { Words } from '../words/words.ts';

/** Shapes that exist for the wire only; what the product is about lives in `domain/`. */

export const ProjectInfo = z.object({
  ref: ProjectRef,
  name: z.string(),
  /** Where it lies, for people to read; never sent back as an address. */
  displayPath: z.string(),
  videoCount: z.int(),
  shotCount: z.int(),
  /** Null while it can be changed. */
  readOnly: ReadOnlyReason.nullable(),
});
export type ProjectInfo = z.infer<typeof ProjectInfo>;

export const RecentProject = z.object({
  ref: ProjectRef,
  name: z.string(),
  displayPath: z.string(),
  openedAtMs: z.int(),
  isMissing: z.boolean(),
  /** Why it could not be opened the last time that was tried. */
  problem: Refusal.nullable(),
});
export type RecentProject = z.infer<typeof RecentProject>;

/** `llava` row prompt of Shotluck-Holmes' converter; the default of captioning and of its export. */
export const DEFAULT_PROMPT_TEMPLATE =
  'Please describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: {asr}.';

/** Prompt of the narration task: what Shot2Story calls `audio_captions`, the pictures described together with the speech. */
export const DEFAULT_NARRATION_PROMPT_TEMPLATE =
  'Please tell what happens in this video together with what is said in it. Do not include details that you are not sure of. This is what the speech in the video is saying: {asr}.';

/** Asks for the length of Shot2Story's human summaries, and for markers that link sentences to shots. */
export const DEFAULT_SUMMARY_PROMPT_TEMPLATE =
  'Write a summary of the video "{title}" in about {words} words: one coherent story, in the order of events, with what is said where it matters. Do not include details that you are not sure of. After each sentence name the shots that it rests on in square brackets, for example [3] or [2-4].';

const EngineId = z.string().max(1_000);

const StudioSettings = z.object({
  detectorId: EngineId,
  minShotSeconds: z.number().min(0).max(60),
  captionerId: EngineId,
  framesPerShot: z.int().min(1).max(8),
  promptTemplate: z.string().min(1).max(4000),
  narrationPromptTemplate: z.string().min(1).max(4000),
  /** Title cards get what is read on them as their caption. */
  titleCardsFromText: z.boolean(),
  /** How many texts "several candidates" means. */
  candidateCount: z.int().min(2).max(MAX_CANDIDATES),
  maxNewTokens: z.int().min(1).max(1024),
  /** 0: greedy. */
  temperature: z.number().min(0).max(2),
  topP: z.number().gt(0).max(1),
  /** No run of this many tokens comes twice in one text; 0: off. */
  noRepeatNgramSize: z.int().min(0).max(20),
  summariserId: EngineId,
  summaryPromptTemplate: z.string().min(1).max(4000),
  summaryMaxTokens: z.int().min(32).max(2048),
  /** What a summariser that looks at shots sees of each. */
  summaryFramesPerShot: z.int().min(1).max(8),
  /** Servers of models; their keys are no settings. */
  endpoints: z
    .array(Endpoint)
    .max(20)
    .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'Two endpoints have the same id.'),
  /** False: nothing is sent to or fetched from other machines, not even when asked. */
  allowNetwork: z.boolean(),
  /** Where engines run, by engine id; those left out run on the best device there is. */
  devices: z.record(EngineId, DeviceChoice),
  transcriberId: EngineId,
  /** Code of the language that is spoken; `auto`: found out by listening. */
  speechLanguage: z
    .string()
    .max(4)
    .regex(/^(auto|[a-z]{2,3})$/u),
  /** What happens by itself after an import. */
  automaticSteps: AutomaticSteps,
});
type StudioSettings = z.infer<typeof StudioSettings>;

export const Settings = StudioSettings.extend(PersonalSettings.shape);
export type Settings = z.infer<typeof Settings>;

/** A change of settings; what it leaves out stays. */
export const StudioSettingsPatch = StudioSettings.partial().extend({ automaticSteps: AutomaticSteps.partial().optional() });
export const SettingsPatch = StudioSettingsPatch.extend(PersonalSettings.partial().shape);
export type SettingsPatch = z.infer<typeof SettingsPatch>;

export const defaultSettings: Settings = {
  userName: 'me',
  theme: 'system',
  keymap: 'studio',
  detectorId: 'transnet-v2',
  minShotSeconds: 0.5,
  captionerId: 'shotluck-nano',
  framesPerShot: 4,
  promptTemplate: DEFAULT_PROMPT_TEMPLATE,
  narrationPromptTemplate: DEFAULT_NARRATION_PROMPT_TEMPLATE,
  titleCardsFromText: true,
  candidateCount: 3,
  // Room for 200 words of English; a model that has said all ends earlier.
  maxNewTokens: 320,
  temperature: 0,
  topP: 0.9,
  noRepeatNgramSize: 3,
  summariserId: 'storyline',
  summaryPromptTemplate: DEFAULT_SUMMARY_PROMPT_TEMPLATE,
  summaryMaxTokens: 512,
  summaryFramesPerShot: 2,
  endpoints: [],
  allowNetwork: true,
  devices: {},
  transcriberId: 'whisper-base-q4',
  speechLanguage: 'auto',
  automaticSteps: automaticStepsAtFirst,
};

export const SystemInfo = z.object({
  studioVersion: z.string(),
  nodeVersion: z.string(),
  platform: z.string(),
  ffmpegVersion: z.string().nullable(),
  ffmpegProblem: Words.nullable(),
  /** Execution providers that onnxruntime offers here. */
  providers: z.array(z.string()),
  cpuCount: z.int(),
});
export type SystemInfo = z.infer<typeof SystemInfo>;

export const EngineInfo = z.object({
  id: z.string(),
  role: z.enum(['detector', 'captioner', 'transcriber', 'summariser', 'text-recogniser']),
  title: z.string(),
  version: z.string(),
  description: z.string(),
  defaultThreshold: z.number().nullable(),
  /** Null when it can run; else what is missing and what to do. */
  problem: Words.nullable(),
});
export type EngineInfo = z.infer<typeof EngineInfo>;

export const RunningEngine = z.object({
  engineId: z.string(),
  /** onnxruntime execution provider. */
  device: z.string(),
  /** Why another device than the asked or the best one runs. */
  notes: z.array(z.string()),
});
export type RunningEngine = z.infer<typeof RunningEngine>;

export const ModelInfo = z.object({
  id: z.string(),
  title: z.string(),
  role: z.string(),
  /** `model_type` of its config.json; null where that is not known. */
  family: z.string().nullable(),
  licence: z.string(),
  source: z.string(),
  /** How it gets here: with the studio, by download, by converting a checkpoint, or as a person's own folder. */
  delivery: z.enum(['bundled', 'hub', 'convert', 'folder']),
  sizeBytes: z.int(),
  /** True as long as nobody has asked the hub. */
  isSizeApproximate: z.boolean(),
  /** Working memory, and where the number is from. */
  memory: z.object({ bytes: z.int(), basis: z.string() }).nullable(),
  /** What to expect, and who says so. */
  quality: z.object({ text: z.string(), source: z.string() }).nullable(),
  /** Execution providers that its weights are meant for; empty: not known. */
  devices: z.array(z.string()),
  /** Choices of weights to download. */
  variants: z.array(z.object({ id: z.string(), title: z.string(), approximateBytes: z.int(), devices: z.array(z.string()) })),
  installedVariantId: z.string().nullable(),
  /** `available`: can be downloaded or converted; `missing`: files that should be there are not. */
  state: z.enum(['installed', 'missing', 'broken', 'available']),
  stateReason: Words.nullable(),
  notes: z.string(),
  /** What was downloaded or linked can be taken away again. */
  canRemove: z.boolean(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

/** What a model made of the sample video. */
export const ModelTest = z.object({
  text: z.string(),
  /** Without loading. */
  seconds: z.number(),
  loadSeconds: z.number(),
  /** Execution provider that ran it; null where there is none. */
  device: z.string().nullable(),
  /** As in the provenance of a text: the model's own confidence; null where it has none. */
  meanLogProb: z.number().nullable(),
  notes: z.array(z.string()),
  /** What a text model was given to read; null where people see it anyway. */
  prompt: z.string().nullable(),
});
export type ModelTest = z.infer<typeof ModelTest>;

export const EndpointsView = z.object({
  /** Keys themselves never leave the core. `isLocal`: nothing that is sent there leaves this machine. */
  endpoints: z.array(Endpoint.extend({ hasKey: z.boolean(), isLocal: z.boolean() })),
  /** False: keys are forgotten when the studio ends, for the system has no safe place for them. */
  keysPersist: z.boolean(),
});
export type EndpointsView = z.infer<typeof EndpointsView>;

/** What a server answered when it was tried. */
export const EndpointTest = z.object({
  /** Names of the models that it offers; empty where it lists none. */
  models: z.array(z.string()),
  /** As the server states it of the chosen model; null where it does not. */
  contextTokens: z.int().nullable(),
  /** What the chosen model answered to. */
  reads: z.enum(['pictures', 'text', 'nothing']),
  answer: z.string().nullable(),
  /** What does not work and what to do about it; null when all is well. */
  problem: Words.nullable(),
});
export type EndpointTest = z.infer<typeof EndpointTest>;
/** A model that is being downloaded, or whose download stopped and can go on. */
export const ModelDownload = z.object({
  modelId: z.string(),
  title: z.string(),
  variantId: z.string(),
  state: z.enum(['listing', 'downloading', 'retrying', 'checking', 'paused', 'failed']),
  receivedBytes: z.int(),
  /** Null until the hub has answered. */
  totalBytes: z.int().nullable(),
  bytesPerSecond: z.number().nullable(),
  etaMs: z.number().nullable(),
  file: z.string().nullable(),
  error: Refusal.nullable(),
});
export type ModelDownload = z.infer<typeof ModelDownload>;

/** What data in a format is for. */
export const FormatGroup = z.enum(['data-set', 'vision-language', 'generator', 'subtitles', 'editing', 'review']);
export type FormatGroup = z.infer<typeof FormatGroup>;

export const FormatInfo = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  direction: z.enum(['import', 'export']),
  group: FormatGroup,
  extensions: z.array(z.string()),
  /** What is imported is a folder, not a file. */
  readsFolder: z.boolean(),
  /** Shown before an import or export, e.g. the data's licence. */
  licenceNote: z.string().nullable(),
  /** JSON Schema of the options (from zod), for a generated form. */
  optionsSchema: z.record(z.string(), z.unknown()),
});
export type FormatInfo = z.infer<typeof FormatInfo>;

/** Something that an export leaves out or changes, with its place and reason. */
export const ExportIssue = z.object({ where: z.string(), reason: Words });
export type ExportIssue = z.infer<typeof ExportIssue>;

export const ExportPreview = z.object({
  /** Beginning of the file, at most 20,000 characters. */
  sample: z.string(),
  counts: z.record(z.string(), z.int()),
  leftOut: z.array(ExportIssue),
  leftOutCount: z.int(),
  /** Of what is left out, texts that no person has accepted yet. */
  draftCount: z.int(),
  /** And rows whose clips were not written yet. */
  noClipCount: z.int(),
  /** What is exported, and changed for it. */
  mended: z.array(ExportIssue),
  mendedCount: z.int(),
  /** What the trainer will do with the rows. */
  check: CheckReport,
});
export type ExportPreview = z.infer<typeof ExportPreview>;

/** What came of looking for the files of all videos whose files are missing. */
export const RelinkedVideos = z.object({
  found: z.int(),
  /** Files that have the name of a missing video and are other ones. */
  refused: z.array(z.object({ name: z.string(), reason: Words })),
  stillMissing: z.int(),
  /** There was no time to look for all of them. */
  isOutOfTime: z.boolean(),
});

export const SearchHit = z.object({
  /** Names the hit among others. */
  id: z.string(),
  videoId: VideoId,
  videoName: z.string(),
  shotId: ShotId.nullable(),
  /** Where to look, for text on the screen; null for texts about a whole shot or video. */
  frame: z.int().nonnegative().nullable(),
  kind: z.enum([...TextKind.options, 'screen-text']),
  /** The text around the match, with matches between U+0002 and U+0003. */
  snippet: z.string(),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchResult = z.object({
  hits: z.array(SearchHit),
  /** Texts that were found, with those beyond the limit of the hits; not counted on beyond `MAX_COUNTED_HITS`. */
  foundCount: z.int().nonnegative(),
});
export type SearchResult = z.infer<typeof SearchResult>;

/** To count all of half a million texts that hold a common word takes longer than to answer. A count that is larger says "more than". */
export const MAX_COUNTED_HITS = 1_000;

/** In percent of the videos. */
export const SplitShares = z
  .object({ train: z.int().min(0).max(100), val: z.int().min(0).max(100), test: z.int().min(0).max(100) })
  .refine(({ train, val, test }) => train + val + test === 100, 'the shares of train, val and test must be 100 together');
export type SplitShares = z.infer<typeof SplitShares>;

export const SplitAsk = z.object({
  shares: SplitShares,
  /** The same one gives the same splits. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  /** Videos that have a split already stay in it. */
  keepsAssigned: z.boolean(),
});
export type SplitAsk = z.infer<typeof SplitAsk>;

/** Videos that came into each split. */
export const SplitCounts = z.object({ train: z.int(), val: z.int(), test: z.int() });
