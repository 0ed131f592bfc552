import { JSONParser } from '@streamparser/json';
import { z } from 'zod';
import { AppError } from '#shared/contract/errors.ts';
import { VideoSplit } from '#shared/domain/video.ts';
import type { ImportContext, ImportedShot, ImportedVideo, Importer } from '../format.ts';

const options = z.object({
  split: VideoSplit.nullable().default(null).describe('Put the videos into this split'),
});
type Options = z.output<typeof options>;

/** Literal fillers of the 90k subset: they mean "no caption". */
const PLACEHOLDERS = new Set(['Placeholder for visual caption.', 'Placeholder for audio caption.']);

const Texts = z.array(z.string());
const Shot2StoryRecord = z.looseObject({
  video: z.string().min(1),
  image_id: z.string().optional(),
  nvid: z.string().optional(),
  id: z.union([z.number(), z.string()]).optional(),
  whole_caption: z.string().default(''),
  whole_ASR: z.string().default(''),
  video_names: Texts,
  audio_captions: Texts.optional(),
  captions: Texts,
  ASR: Texts.optional(),
});
type Shot2StoryRecord = z.infer<typeof Shot2StoryRecord>;

const KNOWN_KEYS = new Set(['video', 'image_id', 'nvid', 'id', 'whole_caption', 'whole_ASR', 'video_names', 'audio_captions', 'captions', 'ASR']);

/** Reads Shot2Story annotation files of any size, record by record; unknown keys are kept for the way back. */
export const shot2storyImporter: Importer<typeof options> = {
  id: 'shot2story',
  title: 'Shot2Story JSON',
  description: 'Annotations with shots, captions, narration captions, speech and summaries.',
  extensions: ['json'],
  optionsSchema: options,
  licenceNote:
    'The texts of Shot2Story are licensed CC BY-NC-SA 4.0: non-commercial, with attribution, share alike. Exports made from them carry the same duty.',
  async *parse(chunks, context) {
    let index = 0;
    for await (const value of arrayElements(chunks)) {
      context.signal.throwIfAborted();
      yield toVideo(readRecord(value, index++), context);
    }
  },
};

async function* arrayElements(chunks: AsyncIterable<string>): AsyncGenerator<unknown> {
  const ready: unknown[] = [];
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  let problem: Error | null = null;
  parser.onValue = ({ value }) => {
    ready.push(value);
  };
  parser.onError = (error) => {
    problem ??= error;
  };
  let isFirst = true;
  const check = (): void => {
    if (problem !== null) throw notShot2Story(`it is not valid JSON (${problem.message})`, problem);
  };
  for await (const chunk of chunks) {
    const text = isFirst ? chunk.replace(/^\uFEFF/, '') : chunk;
    if (isFirst && !text.trimStart().startsWith('[')) throw notShot2Story('it does not start with a JSON array');
    isFirst = false;
    parser.write(text);
    check();
    yield* ready.splice(0);
  }
  if (isFirst) throw notShot2Story('it is empty');
  if (!parser.isEnded) throw notShot2Story('it ends in the middle');
  yield* ready.splice(0);
}

function notShot2Story(reason: string, cause?: unknown): AppError {
  return new AppError('invalid-input', `This is not a Shot2Story annotation file: ${reason}. Nothing was changed.`, { cause });
}

function readRecord(value: unknown, index: number): Shot2StoryRecord {
  const parsed = Shot2StoryRecord.safeParse(value);
  const name = z.object({ video: z.string() }).safeParse(value).data?.video ?? '(no video name)';
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw notShot2Story(`record ${index + 1}, ${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is wrong'}`);
  }
  const { video_names: names, captions, audio_captions: narration, ASR: speech } = parsed.data;
  for (const [key, list] of Object.entries({ captions, audio_captions: narration, ASR: speech })) {
    if (list !== undefined && list.length !== names.length)
      throw notShot2Story(`record ${index + 1}, ${name}: ${key} has ${list.length} entries, video_names ${names.length}`);
  }
  return parsed.data;
}

function toVideo(record: Shot2StoryRecord, context: ImportContext<Options>): ImportedVideo {
  const extra = Object.fromEntries(Object.entries(record).filter(([key]) => !KNOWN_KEYS.has(key)));
  return {
    name: record.video,
    shots: closeGaps(record, record.video_names.map((name, index) => toShot(record, name, index)), context),
    summary: record.whole_caption,
    split: context.options.split,
    shot2story: {
      imageId: record.image_id ?? record.video,
      nvid: record.nvid ?? record.video,
      id: record.id ?? 0,
      wholeAsr: record.whole_ASR,
      extra,
    },
  };
}

function toShot(record: Shot2StoryRecord, clipName: string, index: number): ImportedShot {
  const frames = /_(\d+)_(\d+)\.[^.]+$/.exec(clipName);
  const startFrame = Number(frames?.[1]);
  const lastFrame = Number(frames?.[2]);
  if (frames === null || !Number.isSafeInteger(startFrame) || !Number.isSafeInteger(lastFrame) || lastFrame < startFrame)
    throw notShot2Story(`${record.video}: "${clipName}" does not end in _<startFrame>_<endFrame>.mp4`);
  return {
    startFrame,
    endFrame: lastFrame + 1,
    visual: withoutPlaceholder(record.captions[index]),
    narration: withoutPlaceholder(record.audio_captions?.[index]),
    speech: record.ASR?.[index] ?? '',
  };
}

function withoutPlaceholder(text: string | undefined): string {
  return text === undefined || PLACEHOLDERS.has(text.trim()) ? '' : text;
}

/** Shots of a video tile it here: a gap goes to the shot before, an overlap is cut, both are told. */
function closeGaps(record: Shot2StoryRecord, shots: readonly ImportedShot[], context: ImportContext<Options>): ImportedShot[] {
  const sorted = shots.toSorted((left, right) => left.startFrame - right.startFrame);
  return sorted.map((shot, index) => {
    const startFrame = index === 0 ? 0 : shot.startFrame;
    const endFrame = sorted[index + 1]?.startFrame ?? shot.endFrame;
    if (endFrame <= startFrame) throw notShot2Story(`${record.video}: two shots start at frame ${shot.startFrame}`);
    if (startFrame !== shot.startFrame || endFrame !== shot.endFrame)
      context.onNote(record.video, `shot ${index + 1} now covers frames ${startFrame}–${endFrame - 1}, so that the shots leave no gap and do not overlap`);
    return { ...shot, startFrame, endFrame };
  });
}
