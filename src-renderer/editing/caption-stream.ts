import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Events } from '#shared/contract/events.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { isFinished } from '#shared/domain/job.ts';
import { placeKey } from './drafts.ts';

/** A text that a model is writing now. */
export interface StreamingText {
  readonly jobId: JobId;
  readonly text: string;
}

/** Texts being written, by `placeKey`. */
export type CaptionStream = StoreApi<{ readonly texts: ReadonlyMap<string, StreamingText> }>;

export function createCaptionStream(): CaptionStream {
  return createStore(() => ({ texts: new Map<string, StreamingText>() }));
}

/** Takes the newest words in; a text that is stored leaves the stream, for it is now among the revisions. */
export function receiveText(stream: CaptionStream, event: Events['captionText']): void {
  const key = placeKey(event);
  const texts = new Map(stream.getState().texts);
  if (event.revisionId === null) texts.set(key, { jobId: event.jobId, text: event.text });
  else texts.delete(key);
  stream.setState({ texts });
}

/** A job that ended (also by cancel or failure) writes no more. */
export function receiveProgress(stream: CaptionStream, event: Events['jobProgress']): void {
  const { texts } = stream.getState();
  if (!isFinished(event.state) || ![...texts.values()].some((text) => text.jobId === event.jobId)) return;
  stream.setState({ texts: new Map([...texts].filter(([, text]) => text.jobId !== event.jobId)) });
}
