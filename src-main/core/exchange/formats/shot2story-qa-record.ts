import type { VideoDocument } from '#core/project/documents/video-document.ts';
import { elementsOf } from './json-parts.ts';

/** Id of the format, as the project keeps it with the rows of a video. */
export const SHOT2STORY_QA = 'shot2story-qa';

/** The rows that came with a video, each as it stood in the file; null: there are none. `unreadable`: the project holds what no import left there. */
export function keptQuestions({ source }: Pick<VideoDocument, 'source'>): readonly string[] | 'unreadable' | null {
  if (source === null || source.format !== SHOT2STORY_QA) return null;
  const text = source.text();
  return text === null || !isList(text) ? 'unreadable' : elementsOf(text);
}

function isList(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
