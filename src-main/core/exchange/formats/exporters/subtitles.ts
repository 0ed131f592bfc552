import { z } from 'zod';
import { inRuns, mapInTurns } from '#core/base/turns.ts';
import { safeName } from '#core/base/files/safe-name.ts';
import { frameToUs } from '#shared/domain/time.ts';
import { indexTexts, isInSplit, placeOf, SplitChoice, TextChoice } from '#core/project/documents/document-texts.ts';
import { type ExportContext, type Exporter, reportLeftOut } from '../format.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { Cue } from '#core/exchange/subtitles/cue.ts';
import { srtCue, VTT_HEADER, vttCue } from '#core/exchange/subtitles/write-cues.ts';
import { words } from '#shared/words/words.ts';

const options = z.object({
  cues: z.enum(['speech', 'captions']).default('speech').describe('What is shown: the speech, or the caption of each shot'),
  texts: TextChoice.default('accepted').describe('Which captions: accepted by a person, or also drafts'),
  split: SplitChoice.default('any').describe('Only videos of this split'),
});
type Options = z.output<typeof options>;

interface SubtitleFormat {
  readonly extension: 'srt' | 'vtt';
  readonly header: string;
  cue(cue: Cue, number: number): string;
}

/** SubRip, read by every player. Text is written plain; what looks like a tag is escaped. */
export const srtExporter = subtitleExporter({
  id: 'srt',
  title: 'Subtitles, SubRip (SRT)',
  format: { extension: 'srt', header: '', cue: srtCue },
});

/** WebVTT, for `<track>` in browsers. Source: W3C WebVTT. */
export const vttExporter = subtitleExporter({
  id: 'vtt',
  title: 'Subtitles, WebVTT',
  format: { extension: 'vtt', header: VTT_HEADER, cue: vttCue },
});

function subtitleExporter({ id, title, format }: { id: string; title: string; format: SubtitleFormat }): Exporter<typeof options> {
  return {
    id,
    group: 'subtitles',
    title,
    description: `One .${format.extension} file per video, with its speech or its captions as cues.`,
    extensions: [format.extension],
    isPerVideo: true,
    optionsSchema: options,
    async *write(documents, context) {
      for await (const document of documents()) {
        context.signal.throwIfAborted();
        if (!isInSplit(document, context.options.split)) continue;
        // Players count from where the file begins, which may be its audio.
        const leadUs = document.video.probe?.leadUs ?? 0;
        const cues = (await cuesOf(document, context)).map((cue) => ({ ...cue, startUs: cue.startUs + leadUs, endUs: cue.endUs + leadUs }));
        if (cues.length === 0) {
          context.onLeftOut(
            placeOf(document, null),
            context.options.cues === 'speech' ? words('exchange.noSpeech') : words('exchange.noCaptions'),
          );
          continue;
        }
        context.onCount('files', 1);
        context.onCount('cues', cues.length);
        const file = safeName(document.fileBase, { suffix: `.${format.extension}`, keepsDash: true });
        for await (const data of inRuns(written(cues, format), context.turn)) yield { file, data };
      }
    },
  };
}

function* written(cues: readonly Cue[], format: SubtitleFormat): Generator<string> {
  yield format.header;
  for (const [index, cue] of cues.entries()) yield format.cue(cue, index + 1);
}

async function cuesOf(document: VideoDocument, context: ExportContext<Options>): Promise<Cue[]> {
  const { cues, texts: choice } = context.options;
  if (cues === 'speech') return document.segments.filter(({ text, startUs, endUs }) => text.trim() !== '' && endUs > startUs);
  const texts = indexTexts(document);
  const ofShots = await mapInTurns(document.shots, context.turn, (shot) => {
    const { text, leftOut } = texts.choose(shot, 'visual', choice);
    if (leftOut !== null) {
      reportLeftOut(context, placeOf(document, shot), leftOut);
      return [];
    }
    return [{ startUs: frameToUs(document.clock, shot.startFrame), endUs: frameToUs(document.clock, shot.endFrame), text }];
  });
  return ofShots.flat();
}
