import { framesPerSecond, type Rational } from '#shared/domain/time.ts';
import { type EditedShot, type EditedVideo, editExporter, timeRate } from './edited-video.ts';

/** OpenTimelineIO knows one by name, and a word for all that are its users' own; `Fade` is understood by people, and by the import. */
const TRANSITION_TYPES = { cut: 'Custom_Transition', dissolve: 'SMPTE_Dissolve', fade: 'Fade', unknown: 'Custom_Transition' } as const;

/**
 * OpenTimelineIO: a video track with a clip for each shot, whose caption is the comment of its marker. Rates are those of the video, in full
 * precision; where that varies, times count ticks of 1/90000 s. What is empty is left out of clips, of which there may be tens of thousands.
 * Source: OpenTimelineIO 0.18.1, which reads it.
 */
export const otioExporter = editExporter({
  id: 'otio',
  title: 'OpenTimelineIO (.otio)',
  description:
    'One .otio file per video: its shots as clips with markers, and transitions. For DaVinci Resolve, Avid, Hiero, RV and others.',
  extension: 'otio',
  rateOf: timeRate,
  *written(video) {
    const { document, rate, shots } = video;
    yield `{"OTIO_SCHEMA":"Timeline.1","name":${JSON.stringify(document.fileName)},"global_start_time":null,"metadata":{},"tracks":`;
    yield '{"OTIO_SCHEMA":"Stack.1","name":"tracks","source_range":null,"effects":[],"markers":[],"enabled":true,"metadata":{},"children":[';
    yield '{"OTIO_SCHEMA":"Track.1","name":"Video","kind":"Video","source_range":null,"effects":[],"markers":[],"enabled":true,"metadata":{},"children":[';
    for (const [index, shot] of shots.entries()) {
      const between = shot.transition === null ? [] : [JSON.stringify(transitionOf(shot, rate))];
      yield `${index === 0 ? '' : ','}\n${[...between, JSON.stringify(clipOf(shot, index, video))].join(',\n')}`;
    }
    yield '\n]}]}}\n';
  },
});

function clipOf(shot: EditedShot, index: number, { document, address, rate, frameCount }: EditedVideo) {
  const range = rangeOf(shot.startFrame, shot.endFrame, rate);
  return {
    OTIO_SCHEMA: 'Clip.2',
    name: `${document.fileName}, shot ${index + 1}`,
    source_range: range,
    markers: shot.caption === '' ? [] : [markerOf(shot, index, rate)],
    active_media_reference_key: 'DEFAULT_MEDIA',
    media_references: {
      DEFAULT_MEDIA: {
        OTIO_SCHEMA: 'ExternalReference.1',
        name: document.fileName,
        target_url: address,
        available_range: rangeOf(0, frameCount, rate),
      },
    },
  };
}

function markerOf({ caption, startFrame, endFrame }: EditedShot, index: number, rate: Rational) {
  return {
    OTIO_SCHEMA: 'Marker.2',
    name: `Shot ${index + 1}`,
    color: 'GREEN',
    // On the clock of the file, as the range of its clip.
    marked_range: rangeOf(startFrame, endFrame, rate),
    comment: caption,
  };
}

function transitionOf({ transition, startFrame }: EditedShot, rate: Rational) {
  const { kind, ...extent } = transition ?? { kind: 'cut', startFrame, endFrame: startFrame };
  return {
    OTIO_SCHEMA: 'Transition.1',
    name: kind,
    transition_type: TRANSITION_TYPES[kind],
    in_offset: timeOf(startFrame - extent.startFrame, rate),
    out_offset: timeOf(extent.endFrame - startFrame, rate),
  };
}

function rangeOf(startFrame: number, endFrame: number, rate: Rational) {
  return { OTIO_SCHEMA: 'TimeRange.1', start_time: timeOf(startFrame, rate), duration: timeOf(endFrame - startFrame, rate) };
}

function timeOf(value: number, rate: Rational) {
  return { OTIO_SCHEMA: 'RationalTime.1', value, rate: framesPerSecond(rate) };
}
