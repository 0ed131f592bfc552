import { z } from 'zod';
import { sameNameKey } from '#core/base/files/safe-name.ts';
import { takeTurns } from '#core/base/turns.ts';
import { ownBase } from '#core/project/videos/file-bases.ts';
import { ExactNumber } from '#shared/domain/exact-number.ts';
import { MAX_TEXT_LENGTH } from '#shared/domain/text.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import type { ImportContext, ImportedShot, ImportedVideo, Importer } from '../format.ts';
import { arrayElements } from './array-elements.ts';
import { type ElementLimits, PassedElement } from './exact-parser.ts';
import { withoutPythonNumbers } from './python-json.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
});
type Options = z.output<typeof options>;

/** Literal fillers of the 90k subset: they mean "no caption". */
const PLACEHOLDERS = new Set(['Placeholder for visual caption.', 'Placeholder for audio caption.']);

/** What pandas makes of speech that is not there. */
const NO_SPEECH = new Set(['NaN', 'nan']);

const MAX_ID_LENGTH = 1_000;
/** As file systems have it. */
const MAX_NAME_LENGTH = 255;
/** A shot every three seconds for eight hours. More, with their texts, would keep everybody waiting while they are written, or taken back, as one step. */
const MAX_SHOTS = 10_000;
/** A year of video at 60 frames a second is less. */
const MAX_FRAME = 2 ** 31 - 1;
/** Its own, unknown keys included: what is read must be writable again, and in a moment. Shots and texts take 40,000 parts. */
const LIMITS: ElementLimits = { depth: 64, parts: 250_000 };
const BEYOND: Record<PassedElement['beyond'], string> = {
  depth: `it is nested deeper than ${LIMITS.depth} levels`,
  parts: `it holds more than ${LIMITS.parts.toLocaleString('en')} keys and values`,
};

/** Of what is kept of a record beside its shots and texts, as a step of history writes it down. */
const MAX_KEPT_BYTES = 12 * 1024 ** 2;

/** Of the texts of all shots and the summary: what is written and indexed as one step, and in a moment. */
const MAX_TEXTS_LENGTH = 4_000_000;

/** Days of speech. */
const MAX_SPEECH_LENGTH = 4_000_000;

const Text = z.string().max(MAX_TEXT_LENGTH);
/** Null stands for no text; what is read so is reported. */
const Texts = z.array(Text.nullable()).max(MAX_SHOTS);
const Id = z.string().max(MAX_ID_LENGTH);
const Shot2StoryRecord = z.looseObject({
  video: z
    .string()
    .min(1, 'is empty')
    // What is longer is not even looked at by what follows.
    .max(MAX_NAME_LENGTH, { error: `is longer than ${MAX_NAME_LENGTH} characters`, abort: true })
    .regex(/^\P{Cc}*$/u, 'has control characters'),
  image_id: Id.optional(),
  nvid: Id.optional(),
  id: z.union([z.number(), ExactNumber, Id]).optional(),
  whole_caption: Text.nullish(),
  whole_ASR: z.string().max(MAX_SPEECH_LENGTH).nullish(),
  video_names: z.array(Text).max(MAX_SHOTS),
  audio_captions: Texts.nullish(),
  captions: Texts,
  ASR: Texts.nullish(),
});
type Shot2StoryRecord = z.infer<typeof Shot2StoryRecord>;

const KNOWN_KEYS = new Set([
  'video',
  'image_id',
  'nvid',
  'id',
  'whole_caption',
  'whole_ASR',
  'video_names',
  'audio_captions',
  'captions',
  'ASR',
]);

/** Reads Shot2Story annotation files of any size, record by record; unknown keys are kept for the way back. */
export const shot2storyImporter: Importer<typeof options> = {
  id: 'shot2story',
  title: 'Shot2Story JSON',
  description: 'Annotations with shots, captions, narration captions, speech and summaries.',
  extensions: ['json'],
  optionsSchema: options,
  licenceNote:
    'The texts of Shot2Story are licensed CC BY-NC-SA 4.0: non-commercial, with attribution, share alike. Exports made from them must follow the same terms.',
  async *parse(chunks, context) {
    let record = 0;
    let pythonNumbers = 0;
    const othersTurn = takeTurns(context.signal);
    const text = withoutPythonNumbers(chunks, (count) => (pythonNumbers += count));
    for await (const value of arrayElements(text, { limits: LIMITS, nameKey: 'video' })) {
      await othersTurn();
      context.signal.throwIfAborted();
      record++;
      try {
        yield { record, video: toVideo(readRecord(value), context) };
      } catch (error) {
        if (!(error instanceof UnusableRecord)) throw error;
        context.onRefused({ record, name: nameOf(value), reason: error.message });
      }
    }
    if (pythonNumbers > 0)
      context.onNote('the file', `${pythonNumbers} times it has NaN or Infinity where a value should be; treated as missing`);
  },
};

const Named = z.object({ video: z.string() });

/** Why a record cannot be used; the others can. */
class UnusableRecord extends Error {
  override name = 'UnusableRecord';
}

function nameOf(value: unknown): string | null {
  const name = value instanceof PassedElement ? value.name : Named.safeParse(value).data?.video;
  // A copy: a slice would keep all of a name that is as long as a record may be.
  return name === undefined || name === null ? null : Buffer.from(name.slice(0, MAX_NAME_LENGTH)).toString();
}

function readRecord(value: unknown): Shot2StoryRecord {
  if (value instanceof PassedElement) throw new UnusableRecord(BEYOND[value.beyond]);
  const parsed = Shot2StoryRecord.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UnusableRecord([issue?.path.join('.') ?? '', issue?.message ?? 'is wrong'].join(' ').trim());
  }
  const { video_names: names, captions, audio_captions: narration, ASR: speech } = parsed.data;
  for (const [key, list] of Object.entries({ captions, audio_captions: narration, ASR: speech })) {
    if (list !== null && list !== undefined && list.length !== names.length)
      throw new UnusableRecord(`${key} has ${list.length} entries, video_names ${names.length}`);
  }
  const length = [captions, narration, speech, [parsed.data.whole_caption]]
    .flatMap((list) => list ?? [])
    .reduce((sum, text) => sum + (text?.length ?? 0), 0);
  if (length > MAX_TEXTS_LENGTH) throw new UnusableRecord(`its texts have more than ${MAX_TEXTS_LENGTH.toLocaleString('en')} characters`);
  return parsed.data;
}

function toVideo(asGiven: Shot2StoryRecord, context: ImportContext<Options>): ImportedVideo {
  const record = inOrderOfFrames(asGiven, context);
  const extra = extraOf(record);
  const shot2story = {
    imageId: record.image_id ?? record.video,
    nvid: record.nvid ?? record.video,
    id: record.id ?? 0,
    wholeAsr: withoutNan(record.whole_ASR),
    extra,
  };
  if (Buffer.byteLength(JSON.stringify(JSON.stringify(shot2story))) > MAX_KEPT_BYTES)
    throw new UnusableRecord('it holds more than 12 MB beside its shots and texts');
  const onNote = (reason: string): void => context.onNote(record.video, reason);
  noteEmptied(record, onNote);
  noteOtherClips(record, onNote);
  return {
    name: record.video,
    shots: closeGaps(
      record,
      record.video_names.map((name, index) => toShot(record, name, index)),
      context,
    ),
    summary: record.whole_caption ?? '',
    split: context.options.split,
    shot2story,
  };
}

function extraOf(record: Shot2StoryRecord): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !KNOWN_KEYS.has(key)));
}

/** Shots follow each other here. What came with them, one element a shot, is taken along, also under keys that nobody here knows. */
function inOrderOfFrames(record: Shot2StoryRecord, context: ImportContext<Options>): Shot2StoryRecord {
  const { video_names: names } = record;
  const starts = names.map((name, index) => toShot(record, name, index).startFrame);
  const order = [...starts.keys()].toSorted((left, right) => (starts[left] ?? 0) - (starts[right] ?? 0));
  if (order.every((place, index) => place === index)) return record;
  const ofShots = (value: unknown): value is unknown[] => Array.isArray(value) && value.length === names.length;
  const sorted = Object.entries(record).map(([key, value]) => [key, ofShots(value) ? order.map((place) => value[place]) : value]);
  const others = Object.entries(extraOf(record)).flatMap(([key, value]) => (ofShots(value) ? [key] : []));
  context.onNote(
    record.video,
    `its shots are out of order: they were sorted by their frames${others.length === 0 ? '' : `, and ${others.join(', ')} with them`}`,
  );
  return Shot2StoryRecord.parse(Object.fromEntries(sorted));
}

/** Clips are called as their video and its frames: those that are called as another may be cut from that one. */
function noteOtherClips(record: Shot2StoryRecord, onNote: (reason: string) => void): void {
  // Exports write folders into the names of clips, for these lie in one folder.
  const names = [record.video, record.image_id, record.nvid].flatMap((name) => (name === undefined ? [] : [name, lastPart(name)]));
  const own = new Set(names.map((name) => sameNameKey(ownBase(name))));
  const others = record.video_names.flatMap((clip, index) => {
    const base = sameNameKey(ownBase(lastPart(clip).replace(/_\d+_\d+(?=\.[^.]+$)/u, '')));
    // A number behind distinguishes videos of one name.
    return own.has(base) || own.has(base.replace(/-\d+$/u, '')) ? [] : [{ clip, place: index + 1 }];
  });
  const [first] = others;
  if (first === undefined) return;
  const shots = others.slice(0, 10).map(({ place }) => place);
  onNote(
    `video_names of shot ${shots.join(', ')}${others.length > 10 ? ' and more' : ''} names clips of another video ("${shorten(first.clip)}"); their frames were read as those of this video, so look whether its shots and texts fit it`,
  );
}

function lastPart(file: string): string {
  return file.split(/[/\\]/u).at(-1) ?? '';
}

function toShot(record: Shot2StoryRecord, clipName: string, index: number): ImportedShot {
  const frames = /_(\d+)_(\d+)\.[^.]+$/.exec(clipName);
  const startFrame = Number(frames?.[1]);
  const lastFrame = Number(frames?.[2]);
  if (frames === null || lastFrame < startFrame)
    throw new UnusableRecord(`"${shorten(clipName)}" does not end in _<startFrame>_<endFrame>.mp4`);
  if (lastFrame > MAX_FRAME) throw new UnusableRecord(`"${shorten(clipName)}" ends later than any video`);
  return {
    startFrame,
    endFrame: lastFrame + 1,
    visual: withoutPlaceholder(record.captions[index]),
    narration: withoutPlaceholder(record.audio_captions?.[index]),
    speech: withoutNan(record.ASR?.[index]),
  };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function withoutPlaceholder(text: string | null | undefined): string {
  return text === null || text === undefined || PLACEHOLDERS.has(text.trim()) ? '' : text;
}

function withoutNan(speech: string | null | undefined): string {
  return speech === null || speech === undefined || NO_SPEECH.has(speech.trim()) ? '' : speech;
}

/** Reports which texts are read as empty although something stands in their place. */
function noteEmptied(
  { whole_caption: summary, whole_ASR: wholeSpeech, captions, audio_captions: narration, ASR: speech }: Shot2StoryRecord,
  onNote: (reason: string) => void,
): void {
  const isNan = (text: unknown): boolean => typeof text === 'string' && NO_SPEECH.has(text.trim());
  const emptied = (name: string, texts: readonly unknown[]): void => {
    const places = texts.flatMap((text, index) => (text === null || (name === 'ASR' && isNan(text)) ? [index + 1] : []));
    if (places.length > 0)
      onNote(`${name} of shot ${places.slice(0, 10).join(', ')}${places.length > 10 ? ' and more' : ''} is null or NaN, treated as empty`);
  };
  emptied('captions', captions);
  emptied('audio_captions', narration ?? []);
  emptied('ASR', speech ?? []);
  for (const [name, value] of Object.entries({ whole_caption: summary, audio_captions: narration, ASR: speech }))
    if (value === null) onNote(`${name} is null, treated as empty`);
  if (wholeSpeech === null || isNan(wholeSpeech)) onNote('whole_ASR is null or NaN, treated as empty');
}

/** Shots of a video tile it here: a gap goes to the shot before, an overlap is cut, both are reported. */
function closeGaps(record: Shot2StoryRecord, shots: readonly ImportedShot[], context: ImportContext<Options>): ImportedShot[] {
  return shots.map((shot, index) => {
    const startFrame = index === 0 ? 0 : shot.startFrame;
    const endFrame = shots[index + 1]?.startFrame ?? shot.endFrame;
    if (endFrame <= startFrame) throw new UnusableRecord(`two shots start at frame ${shot.startFrame}`);
    if (startFrame !== shot.startFrame || endFrame !== shot.endFrame)
      context.onNote(
        record.video,
        `shot ${index + 1} now covers frames ${startFrame}–${endFrame - 1}, so that there are no gaps or overlaps between shots`,
      );
    return { ...shot, startFrame, endFrame };
  });
}
