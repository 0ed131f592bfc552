import { z } from 'zod';
import type { TranscribedSpeech, SpokenSegment, Transcriber } from '#core/engines/transcriber.ts';
import { readAudio } from '#core/media/audio-reader.ts';
import { trackName } from '#core/media/audio-tracks.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { isOnFileClock } from '#core/media/picture-stream.ts';
import type { NewSegment, RecognisedSpeech, TranscriptsService } from '#core/project/transcripts/transcripts-service.ts';
import type { VideosService } from '#core/project/videos/videos-service.ts';
import { untilAborted } from '#core/base/until-aborted.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import { preferredTrack, tracksByRank, type VideoProbe } from '#shared/domain/video.ts';
import { transcribeStep } from '#shared/steps/transcribe.ts';
import { words } from '#shared/words/words.ts';
import type { JobContext } from '#core/jobs/job-definition.ts';
import { namingPlace } from '../name-place.ts';
import type { StepJob } from '../step-room.ts';
import { TranscribeParams } from './plan.ts';
import { Outside, outsideNotes, withinPictures } from './within-pictures.ts';

type Transcribed = z.input<typeof transcribeStep.result>;

const Checkpoint = z.object({
  /** From the first picture; less than 0 where the audio begins before it. */
  untilUs: z.int(),
  language: z.string().nullable(),
  segmentCount: z.int(),
  doubtfulCount: z.int(),
  /** Somebody spoke, be it where it could not be kept. */
  hasSpeech: z.boolean().default(true),
  ...Outside.shape,
});
type Checkpoint = z.infer<typeof Checkpoint>;

/** Of a run that begins: with the audio, even where the pictures begin later. */
function atStart({ leadUs, stream }: VideoProbe): Checkpoint {
  const untilUs = isOnFileClock(stream) ? -(leadUs ?? 0) : 0;
  const none = { segments: 0, us: 0 };
  return { untilUs, language: null, segmentCount: 0, doubtfulCount: 0, hasSpeech: false, before: { ...none }, after: { ...none } };
}

export interface TranscribeParts {
  readonly videos: VideosService;
  readonly transcripts: TranscriptsService;
  readonly ffmpeg: Ffmpeg;
  /** @throws AppError when the engine is unknown or its model is missing or broken. */
  openTranscriber(id: string): Promise<Transcriber>;
}

/** Writes down the speech of a video, chunk by chunk as it is transcribed; a killed core goes on behind the last one. */
export function transcribeJobKind(parts: TranscribeParts): StepJob<typeof transcribeStep, typeof TranscribeParams> {
  const { videos, transcripts } = parts;

  async function run(context: JobContext, params: TranscribeParams): Promise<Transcribed> {
    const { name, probe } = videos.get(params.videoId);
    if (probe === null) throw new AppError('media-missing', words('steps.notAnalysed', { video: name }));
    if (probe.audioTracks.length === 0) return nothing('the video has no audio');
    if (params.isAutomatic && preferredTrack(probe.audioTracks) === null)
      return nothing('none of its audio tracks can be decoded by this ffmpeg');
    if (params.isAutomatic && context.savedCheckpoint === null && transcripts.get(params.videoId).length > 0)
      return nothing('it already has a transcript');
    const work = (): Promise<Transcribed> =>
      namingPlace(words('steps.theSpeech', { video: name }), () => transcribe(context, params, probe));
    if (!params.isAutomatic) return work();
    try {
      return await work();
    } catch (error) {
      // Captions go on without speech; the queue shows why.
      if (!(error instanceof AppError) || isCancelled(error)) throw error;
      return nothing(error.message);
    }
  }

  async function transcribe(context: JobContext, params: TranscribeParams, probe: VideoProbe): Promise<Transcribed> {
    const start = atStart(probe);
    const saved = Checkpoint.safeParse(context.savedCheckpoint);
    const done = saved.success ? saved.data : start;
    const fromUs = done.untilUs;
    const audioStartUs = start.untilUs;
    const track = params.track ?? preferredTrack(probe.audioTracks) ?? 0;
    const reportProgress = (): void =>
      context.progress('transcribe', Math.min(1, (done.untilUs - audioStartUs) / (probe.durationUs - audioStartUs)));
    reportProgress();
    const transcriber = await untilAborted(parts.openTranscriber(params.transcriberId), context.signal);
    try {
      const source = await videos.openSource(params.videoId);
      const audio = source.guard(readAudio({ ffmpeg: parts.ffmpeg, path: source.path, probe, track, fromUs, signal: context.signal }));
      const result = await transcriber.transcribe(
        { audio, language: params.language ?? done.language },
        {
          signal: context.signal,
          onTranscribed(transcribed) {
            const untilUs = Math.max(done.untilUs, fromUs + transcribed.untilUs);
            done.segmentCount += store({ context, params, probe, fromUs, outside: done }, transcribed, { fromUs: done.untilUs, untilUs });
            Object.assign(done, {
              untilUs,
              language: transcribed.language ?? done.language,
              doubtfulCount: done.doubtfulCount + transcribed.doubtfulCount,
              hasSpeech: done.hasSpeech || transcribed.segments.length > 0 || transcribed.doubtfulCount > 0,
            });
            context.checkpoint(done);
            reportProgress();
          },
        },
      );
      // The audio is over: what was recognised in another track that goes on longer belongs to that one.
      put({ context, params }, { fromUs: done.untilUs, untilUs: Number.MAX_SAFE_INTEGER, segments: [] });
      const language = result.language ?? done.language;
      if (language !== null) transcripts.nameLanguage(params.videoId, language, stepOf(context));
      const doubts =
        done.doubtfulCount === 0 ? [] : [`${done.doubtfulCount} stretches of audio were left out because the model repeated itself there`];
      const later = params.replaceAll ? keptNotes(transcripts.writtenSince(params.videoId, params.askedAfter)) : [];
      const notes = [
        ...transcriber.notes,
        ...doubts,
        ...later,
        ...outsideNotes(done, probe),
        ...(done.hasSpeech ? [] : silenceNotes(probe, track)),
      ];
      // From here on nobody needs to transcribe this video again, also where nobody speaks in it.
      videos.noteStepDone(params.videoId, transcribeStep.id);
      return { segments: done.segmentCount, language, notes, device: transcriber.device, modelSha256: result.modelSha256 };
    } finally {
      await transcriber.dispose();
    }
  }

  interface Work {
    readonly context: JobContext;
    readonly params: TranscribeParams;
    readonly probe: VideoProbe;
    readonly fromUs: number;
    readonly outside: Outside;
  }

  function store(
    { context, params, probe, fromUs, outside }: Work,
    transcribed: TranscribedSpeech,
    range: { fromUs: number; untilUs: number },
  ): number {
    const language = params.language ?? transcribed.language;
    const segments = withinPictures(
      transcribed.segments.map((segment) => placed(segment, fromUs, language)),
      probe.durationUs,
      outside,
    );
    return put({ context, params }, { ...range, segments });
  }

  function put(
    { context, params }: Pick<Work, 'context' | 'params'>,
    recognised: Omit<RecognisedSpeech, 'replaceAll' | 'askedAfter'>,
  ): number {
    const { replaceAll, askedAfter } = params;
    return transcripts.putRecognised(params.videoId, { ...recognised, replaceAll, askedAfter }, stepOf(context));
  }

  return { kind: 'transcribe', lane: 'inference', paramsSchema: TranscribeParams, stages: [{ name: 'transcribe', weight: 1 }], run };
}

/** Everything was to be replaced, but not what nobody had seen who asked for it. */
function keptNotes(count: number): string[] {
  if (count === 0) return [];
  const [what, it] =
    count === 1 ? ['One line of speech that was', 'it'] : [`${count.toLocaleString('en')} lines of speech that were`, 'them'];
  return [`${what} edited or imported after this was asked for stayed as written. Transcribe again to replace ${it}, too.`];
}

/** Nobody speaks in a track: the speech may be in another. */
function silenceNotes({ audioTracks }: VideoProbe, track: number): string[] {
  return tracksByRank(audioTracks).length < 2
    ? []
    : [
        `No speech was found in audio ${trackName(audioTracks, track)}. The video has ${audioTracks.length} audio tracks, and the others were not transcribed: transcribe another one if the speech is there.`,
      ];
}

/** All that a job writes is one step. */
function stepOf({ actor, jobId }: JobContext) {
  return { actor, label: words('edits.transcribe'), isBackground: true, group: { key: `job:${jobId}`, joins: 'always' } } as const;
}

/** The result of a run that wrote nothing. */
function nothing(why: string): Transcribed {
  return { segments: 0, notes: [`Not transcribed: ${why}`] };
}

function placed({ startUs, endUs, text, words }: SpokenSegment, offsetUs: number, language: string | null): NewSegment & SpokenSegment {
  return {
    startUs: startUs + offsetUs,
    endUs: endUs + offsetUs,
    text,
    words: words.map((word) => ({ ...word, startUs: word.startUs + offsetUs, endUs: word.endUs + offsetUs })),
    origin: 'speech-recognition',
    language,
  };
}
