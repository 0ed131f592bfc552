import type { Settings } from '#shared/contract/views.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { CaptionTask } from '#shared/domain/text.ts';
import type { CaptionParams } from './caption/caption-params.ts';
import { SUMMARY_NO_REPEAT_NGRAM_SIZE, type SummariseParams } from './summarise/summarise-job.ts';
import type { DetectParams } from './detect/detect-job.ts';
import type { ReadTextParams } from './read-text/read-text-job.ts';
import type { TranscribeParams } from './transcribe/transcribe-job.ts';
import type { NewJob } from '#core/jobs/job-definition.ts';

interface NamedVideo {
  readonly id: VideoId;
  readonly name: string;
}

/** Which steps follow an import by themselves. */
export interface PipelineSteps {
  readonly detect: boolean;
  readonly readText: boolean;
  readonly transcribe: boolean;
  readonly caption: boolean;
  readonly summarise: boolean;
}

export function detectJob(video: NamedVideo, settings: Settings, actor: string, chosen: { readonly detectorId?: string | undefined; readonly threshold?: number | undefined } = {}): NewJob {
  const params: DetectParams = {
    videoId: video.id,
    detectorId: chosen.detectorId ?? settings.detectorId,
    threshold: chosen.threshold ?? null,
    minShotUs: Math.round(settings.minShotSeconds * 1e6),
  };
  return { kind: 'detect', title: `Find shots in ${video.name}`, actor, videoId: video.id, params: { ...params }, after: null };
}

interface SpeechChoice {
  readonly transcriberId?: string | undefined;
  readonly track?: number | undefined;
  /** Code, or `auto`. */
  readonly language?: string | undefined;
  readonly replaceAll?: boolean;
  readonly isAutomatic?: boolean;
}

export function transcribeJob(video: NamedVideo, settings: Settings, actor: string, chosen: SpeechChoice = {}): NewJob {
  const language = chosen.language ?? settings.speechLanguage;
  const params: TranscribeParams = {
    videoId: video.id,
    transcriberId: chosen.transcriberId ?? settings.transcriberId,
    track: chosen.track ?? 0,
    language: language === 'auto' ? null : language,
    replaceAll: chosen.replaceAll ?? false,
    isAutomatic: chosen.isAutomatic ?? false,
  };
  return { kind: 'transcribe', title: `Transcribe ${video.name}`, actor, videoId: video.id, params: { ...params }, after: null };
}

interface CaptionChoice extends Pick<CaptionParams, 'targets'> {
  readonly captionerId?: string | undefined;
  readonly task?: CaptionTask | undefined;
  readonly candidates?: number | undefined;
}

export function captionJob(
  video: NamedVideo,
  settings: Settings,
  actor: string,
  chosen: CaptionChoice,
): NewJob {
  const task = chosen.task ?? 'visual';
  const params: CaptionParams = {
    videoId: video.id,
    task,
    targets: chosen.targets,
    captionerId: chosen.captionerId ?? settings.captionerId,
    framesPerShot: settings.framesPerShot,
    titleCardsFromText: settings.titleCardsFromText,
    promptTemplate: task === 'narration' ? settings.narrationPromptTemplate : settings.promptTemplate,
    candidates: chosen.candidates ?? 1,
    generation: {
      maxNewTokens: settings.maxNewTokens,
      temperature: settings.temperature,
      topP: settings.topP,
      seed: 1,
      noRepeatNgramSize: settings.noRepeatNgramSize,
    },
  };
  const count = 'shotIds' in chosen.targets ? chosen.targets.shotIds.length : null;
  const shots = count === null ? 'the shots' : `${count} ${count === 1 ? 'shot' : 'shots'}`;
  const title = `${task === 'narration' ? 'Narrate' : 'Caption'} ${shots} of ${video.name}`;
  return { kind: 'caption', title, actor, videoId: video.id, params: { ...params }, after: null };
}

export function readTextJob(video: NamedVideo, actor: string, targets: ReadTextParams['targets']): NewJob {
  const params: ReadTextParams = { videoId: video.id, targets };
  return { kind: 'read-text', title: `Read the text on the screen of ${video.name}`, actor, videoId: video.id, params: { ...params }, after: null };
}

export function summariseJob(video: NamedVideo, settings: Settings, actor: string, chosen: { readonly summariserId?: string | undefined } = {}): NewJob {
  const params: SummariseParams = {
    videoId: video.id,
    summariserId: chosen.summariserId ?? settings.summariserId,
    promptTemplate: settings.summaryPromptTemplate,
    framesPerShot: settings.summaryFramesPerShot,
    generation: {
      maxNewTokens: settings.summaryMaxTokens,
      temperature: settings.temperature,
      topP: settings.topP,
      seed: 1,
      noRepeatNgramSize: settings.noRepeatNgramSize === 0 ? 0 : Math.max(settings.noRepeatNgramSize, SUMMARY_NO_REPEAT_NGRAM_SIZE),
    },
  };
  return { kind: 'summarise', title: `Summarise ${video.name}`, actor, videoId: video.id, params: { ...params }, after: null };
}

function simpleJob(kind: 'import' | 'thumbnails' | 'waveform', title: string, video: NamedVideo, actor: string): NewJob {
  return { kind, title: `${title} ${video.name}`, actor, videoId: video.id, params: { videoId: video.id }, after: null };
}

/** Pictures and waveform of a measured video. */
export function artworkJobs(video: NamedVideo, actor: string): NewJob[] {
  return [simpleJob('thumbnails', 'Draw thumbnails of', video, actor), simpleJob('waveform', 'Draw the waveform of', video, actor)];
}

/** Everything that a new video needs, in order: measured first, then pictures and waveform beside the chain of shots, speech, captions, summary. */
export function newVideoJobs(video: NamedVideo, settings: Settings, steps: PipelineSteps, actor: string): NewJob[] {
  const jobs = [simpleJob('import', 'Measure', video, actor), ...artworkJobs(video, actor).map((job) => ({ ...job, after: 0 }))];
  const chain: NewJob[] = [
    ...(steps.detect ? [detectJob(video, settings, actor)] : []),
    ...(steps.readText ? [readTextJob(video, actor, { which: 'missing' })] : []),
    ...(steps.transcribe ? [transcribeJob(video, settings, actor, { isAutomatic: true })] : []),
    ...(steps.caption ? [captionJob(video, settings, actor, { targets: { which: 'missing' } })] : []),
    ...(steps.summarise ? [summariseJob(video, settings, actor)] : []),
  ];
  let after = 0;
  for (const job of chain) {
    jobs.push({ ...job, after });
    after = jobs.length - 1;
  }
  return jobs;
}

export function stepsFrom(settings: Settings): PipelineSteps {
  return { detect: settings.autoDetect, readText: settings.autoReadText, transcribe: settings.autoTranscribe, caption: settings.autoCaption, summarise: settings.autoSummarise };
}
