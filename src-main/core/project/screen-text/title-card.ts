import type { VideoDocument } from '../documents/video-document.ts';
import type { ModelText } from '../texts/texts-service.ts';
import { isTitleCard, joinScreenTexts, screenTextsOf } from '#shared/domain/screen-text.ts';
import type { Shot } from '#shared/domain/shot.ts';

export type TitleCardCaption = Pick<ModelText, 'text' | 'meanLogProb' | 'provenance'>;

/** The caption of a shot that is a title card, from what was read on it; null for any other shot, or one that was not read. */
export function titleCardCaption(
  { screenTexts, screenFrames }: Pick<VideoDocument, 'screenTexts' | 'screenFrames'>,
  shot: Shot,
): TitleCardCaption | null {
  if (!isTitleCard(screenFrames, screenTexts, shot)) return null;
  const lines = screenTextsOf(screenTexts, shot);
  const frames = screenFrames.filter(({ frame }) => frame >= shot.startFrame && frame < shot.endFrame);
  const [first] = frames;
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  const confidence = lines.reduce((sum, line) => sum + line.confidence * line.text.length, 0) / characters;
  return {
    text: `A title card that reads “${joinScreenTexts(lines)}”.`,
    meanLogProb: Math.min(0, Math.log(confidence)),
    provenance: {
      engine: first?.engine ?? '',
      model: first?.engine ?? '',
      modelSha256: first?.modelSha256 ?? '',
      prompt: '',
      frames: frames.map(({ frame }) => frame),
      options: { notes: ['Text read on the screen: the frames show only text on a plain background.'] },
      device: null,
      durationMs: 0,
    },
  };
}
