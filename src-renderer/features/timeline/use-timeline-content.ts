import { useMemo } from 'react';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { DetectionRun } from '#shared/domain/detection.ts';
import { useArtwork, useDetectionRuns, useTexts, useTranscript } from '../../api/queries.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { visualTexts } from '../../editing/shot-texts.ts';
import { useMediaBytes } from '../../editing/use-media-bytes.ts';
import { buildPyramid } from './level-pyramid.ts';
import type { TimelineContent } from './timeline-scene.ts';

/** Gathers what the timeline draws; parts that are not there yet are simply absent. */
export function useTimelineContent(): { readonly content: TimelineContent; readonly run: DetectionRun | undefined } {
  const { video, clock } = useEditorSession();
  const artwork = useArtwork(video.id).data;
  const texts = useTexts(video.id).data;
  const segments = useTranscript(video.id).data;
  const runs = useDetectionRuns(video.id).data;
  // The newest, which is listed first: its curve and threshold are in force.
  const run = runs?.[0];
  const peaks = useMediaBytes(artwork?.waveform ? mediaUrls.waveform(video.id) : null).data;
  const scores = useMediaBytes(run === undefined ? null : mediaUrls.curve(run.id, 'cut')).data;

  const levels = useMemo(() => (peaks === undefined ? null : buildPyramid(peaks)), [peaks]);
  const curve = useMemo(() => (scores === undefined ? null : buildPyramid(scores)), [scores]);
  const shotTexts = useMemo(() => visualTexts(texts ?? []), [texts]);
  const peaksPerSecond = artwork?.waveform?.peaksPerSecond;
  const content = useMemo<TimelineContent>(
    () => ({
      clock,
      texts: shotTexts,
      segments: segments ?? [],
      sprite: artwork?.sprite ?? null,
      waveform: levels === null || peaksPerSecond === undefined ? null : { levels, peaksPerSecond },
      curve,
      threshold: run?.threshold ?? null,
    }),
    [clock, shotTexts, segments, artwork?.sprite, levels, peaksPerSecond, curve, run?.threshold],
  );
  return { content, run };
}
