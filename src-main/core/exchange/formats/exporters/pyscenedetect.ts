import { frameToUs } from '#shared/domain/time.ts';
import { safeName } from '#core/base/files/safe-name.ts';
import { inRuns } from '#core/base/turns.ts';
import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { Exporter } from '../format.ts';
import { EditOptions, withShots } from './edited-video.ts';

const options = EditOptions.pick({ split: true });

const HEADER = [
  'Scene Number',
  'Start Frame',
  'Start Timecode',
  'Start Time (seconds)',
  'End Frame',
  'End Timecode',
  'End Time (seconds)',
  'Length (frames)',
  'Length (timecode)',
  'Length (seconds)',
].join(',');

/**
 * Scenes as PySceneDetect lists them: frames count from 1, and the end is the last frame. The first line has the time codes of the cuts, as its
 * command writes them. Source: PySceneDetect 0.7.2, `write_scene_list`.
 */
export const pySceneDetectExporter: Exporter<typeof options> = {
  id: 'pyscenedetect',
  group: 'editing',
  title: 'PySceneDetect scene list (CSV)',
  description:
    'One .csv file per video with the frames and times of its shots, without captions. For PySceneDetect and tools that read its lists.',
  extensions: ['csv'],
  isPerVideo: true,
  optionsSchema: options,
  async *write(documents, context) {
    for await (const document of withShots(documents, context)) {
      context.onCount('files', 1);
      context.onCount('shots', document.shots.length);
      const file = safeName(document.fileBase, { suffix: '-Scenes.csv', keepsDash: true });
      for await (const data of inRuns(written(document), context.turn)) yield { file, data };
    }
  },
};

function* written({ shots, clock }: VideoDocument): Generator<string> {
  yield 'Timecode List:';
  for (const { startFrame } of shots.slice(1)) yield `,${clockTime(frameToUs(clock, startFrame))}`;
  yield `\n${HEADER}\n`;
  for (const [index, { startFrame, endFrame }] of shots.entries()) {
    const [startUs, endUs] = [frameToUs(clock, startFrame), frameToUs(clock, endFrame)];
    const start = [startFrame + 1, clockTime(startUs), seconds(startUs)];
    const end = [endFrame, clockTime(endUs), seconds(endUs)];
    const length = [endFrame - startFrame, clockTime(endUs - startUs), seconds(endUs - startUs)];
    yield `${[index + 1, ...start, ...end, ...length].join(',')}\n`;
  }
}

/** Rounded as Python rounds. */
function seconds(timeUs: number): string {
  return (timeUs / 1e6).toFixed(3);
}

/** `00:00:01.335`. */
function clockTime(timeUs: number): string {
  const ms = Math.round(Number(seconds(timeUs)) * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}
