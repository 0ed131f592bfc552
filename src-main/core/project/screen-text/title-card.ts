import type { VideoDocument } from '../documents/video-document.ts';
import type { ModelText } from '../texts/texts-service.ts';
import { indexByPlace } from '#shared/domain/place-index.ts';
import { isTitleCard, joinScreenTexts, type ReadFrame, type ScreenText, screenTextsOf } from '#shared/domain/screen-text.ts';
import type { Shot } from '#shared/domain/shot.ts';

export type TitleCardCaption = Pick<ModelText, 'text' | 'meanLogProb' | 'provenance'>;

/**
 * The caption of a shot that is a title card, from what was read on it; null for any other shot, or one that was not read. To be made once for
 * all shots of a video.
 */
export function indexTitleCards({
  screenTexts,
  screenFrames,
}: Pick<VideoDocument, 'screenTexts' | 'screenFrames'>): (shot: Shot) => TitleCardCaption | null {
  const textsIn = indexByPlace(screenTexts, ({ frame }) => frame);
  const framesIn = indexByPlace(screenFrames, ({ frame }) => frame);
  return (shot) => {
    const frames = framesIn(shot.startFrame, shot.endFrame);
    const texts = textsIn(shot.startFrame, shot.endFrame);
    return isTitleCard(frames, texts, shot) ? captionOf(frames, screenTextsOf(texts, shot)) : null;
  };
}

function captionOf(frames: readonly ReadFrame[], lines: readonly ScreenText[]): TitleCardCaption {
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
