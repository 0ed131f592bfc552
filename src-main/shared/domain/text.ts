import { Words } from '../words/words.ts';
import { z } from 'zod';
import { JobId, RevisionId, ShotId, VideoId } from './ids.ts';

/** `visual`: what a shot shows. `narration`: what it shows and says together. `summary`: the whole video (no shot). */
export const TextKind = z.enum(['visual', 'narration', 'summary']);
export type TextKind = z.infer<typeof TextKind>;

/** What a captioner can be asked for: a caption of the pictures, or one that describes them together with the speech. */
export const CaptionTask = TextKind.exclude(['summary']);
export type CaptionTask = z.infer<typeof CaptionTask>;

/** Most texts that one job writes for one shot. */
export const MAX_CANDIDATES = 4;

/**
 * Far above anything that people write; what is longer is no caption, and would only weigh on the project. What data sets may bring, people may edit: a text
 * and a piece of speech end here in both.
 */
export const MAX_TEXT_LENGTH = 200_000;

/** Blanks, and signs that nobody sees: of widths none, of directions and joints, and those that fonts draw as nothing. */
const UNSEEN = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Whether there is nothing to read in a text. */
export function isBlankText(text: string): boolean {
  return UNSEEN.test(text);
}

export const RevisionStatus = z.enum(['draft', 'accepted', 'rejected', 'needs-work']);
export type RevisionStatus = z.infer<typeof RevisionStatus>;

/** Everything needed to make a model's text again and to judge it. */
export const ModelProvenance = z.object({
  engine: z.string(),
  model: z.string(),
  modelSha256: z.string(),
  prompt: z.string(),
  /** Frames of the video that the model saw. */
  frames: z.array(z.int().nonnegative()),
  options: z.record(z.string(), z.unknown()),
  /** onnxruntime execution provider, e.g. `cpu`, `webgpu`; null for engines without a network. */
  device: z.string().nullable(),
  durationMs: z.number().nonnegative(),
});
export type ModelProvenance = z.infer<typeof ModelProvenance>;

/** Where an imported text was read. */
export const ImportSource = z.object({
  /** Id of the format, e.g. `shot2story`. */
  format: z.string(),
  /** Name of the file, without its folder. */
  file: z.string(),
});
export type ImportSource = z.infer<typeof ImportSource>;

/** Which shots a sentence of a summary rests on. `start`/`end` are UTF-16 offsets into the text. */
export const SentenceLink = z.object({ start: z.int(), end: z.int(), shotIds: z.array(ShotId) });
export type SentenceLink = z.infer<typeof SentenceLink>;

export const RevisionOrigin = z.enum(['human', 'model', 'import']);
export type RevisionOrigin = z.infer<typeof RevisionOrigin>;

/**
 * One version of one text. Of all revisions with the same `(videoId, shotId, kind)` exactly one is `isCurrent`; the others
 * are candidates and history. A model never replaces a current revision that a person wrote or accepted.
 */
export const Revision = z.object({
  id: RevisionId,
  videoId: VideoId,
  shotId: ShotId.nullable(),
  kind: TextKind,
  text: z.string(),
  origin: RevisionOrigin,
  actor: z.string(),
  /** Null for what no model wrote. */
  provenance: ModelProvenance.nullable(),
  /** Where an imported text was read; left out for others, and for what was imported before this was noted. */
  importedFrom: ImportSource.optional(),
  jobId: JobId.nullable(),
  parentId: RevisionId.nullable(),
  status: RevisionStatus,
  isCurrent: z.boolean(),
  /** Why the text may no longer fit what it describes (e.g. "The shot's end moved"); null when it fits. */
  staleReason: Words.nullable(),
  /** Mean log-probability per token that the model gave its own text (natural log, ≤ 0). */
  meanLogProb: z.number().max(0).nullable(),
  links: z.array(SentenceLink),
  createdAtMs: z.int(),
});
export type Revision = z.infer<typeof Revision>;

/** Revisions of one text, newest first, and how many older ones there are. */
export const RevisionPage = z.object({ revisions: z.array(Revision), olderCount: z.int() });
export type RevisionPage = z.infer<typeof RevisionPage>;

/** What a person had before them when they decided something about a text. */
export const SeenText = z.object({
  /** The current revision then; null where there was none. */
  revisionId: RevisionId.nullable(),
  /** `textDigest` of its words: a revision that is still being typed keeps its id. */
  digest: z.string().max(32),
});
export type SeenText = z.infer<typeof SeenText>;

/** Distinguishes two versions of a text; 53 bits, not for anything that an attacker must not forge. */
export function textDigest(text: string): string {
  let [low, high] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36);
}

/** `revision` as somebody sees it now. */
export function seenText(revision: Pick<Revision, 'id' | 'text'> | null | undefined): SeenText {
  return { revisionId: revision?.id ?? null, digest: textDigest(revision?.text ?? '') };
}

/**
 * Below this mean log-probability a model's caption is flagged for review. Measured with shotluck-nano on 250 Flickr8k dev photos: it
 * flags 31 % of the captions, whose CIDEr-D is .26 against .53 of the others (rank correlation .45).
 */
export const LOW_CONFIDENCE_LOG_PROB = -0.65;

/** The mean log-probability that a model or server gave, as it may be kept; null where it is no number, or none that ends. */
export function keptLogProb(given: number | null): number | null {
  return given === null || !Number.isFinite(given) ? null : Math.min(0, given);
}

/** True when a person should look before trusting: a model's unreviewed text that it was itself unsure of. */
export function isLowConfidence(revision: Pick<Revision, 'origin' | 'status' | 'meanLogProb'>): boolean {
  return (
    revision.origin === 'model' &&
    revision.status !== 'accepted' &&
    revision.meanLogProb !== null &&
    revision.meanLogProb < LOW_CONFIDENCE_LOG_PROB
  );
}

/** True for a model's text that nobody has judged: a person's words take its place. */
export function isUnjudgedDraft(revision: Pick<Revision, 'origin' | 'status'>): boolean {
  return revision.origin === 'model' && revision.status === 'draft';
}

/** True for a text that came with a data set and that nobody here has judged. */
export function isImportedDraft(revision: Pick<Revision, 'origin' | 'status'>): boolean {
  return revision.origin === 'import' && revision.status === 'draft';
}
