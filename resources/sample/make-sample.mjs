/**
 * Makes the sample video, its true boundaries and its subtitles:  node resources/sample/make-sample.mjs
 *
 * Needs an ffmpeg with libx264, drawtext and Flite on the PATH (Debian's has them). The same ffmpeg gives the same bytes.
 */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeBoundaries, describeNarration } from './make/descriptions.mjs';
import { videoFrames } from './make/video-frames.mjs';
import { VIDEO, SHOTS } from './make/video-plan.mjs';
import { startFfmpeg } from './make/programs.mjs';
import { mixAudioTrack, narrate, SAMPLE_RATE } from './make/audio-track.mjs';
import { layOut } from './make/timeline.mjs';

const sampleDir = import.meta.dirname;
const video = 'sample-film.mp4';

const timeline = layOut(SHOTS);
const { narrations, voices } = await narrate(timeline.shots);
await encode(
  videoFrames(timeline.shots, { ...timeline, sampleDir, onShot: (name) => console.log(name) }),
  mixAudioTrack(voices, timeline.frameCount),
);
await writeFile(join(sampleDir, 'boundaries.json'), describeBoundaries(timeline, { video, narrations }));
await writeFile(join(sampleDir, 'narration.vtt'), describeNarration(narrations));
console.log(`${video}: ${timeline.frameCount} frames, ${timeline.shots.length} shots`);

/** A fixed number of x264 threads and no encoder's name in the file: the bytes do not depend on the machine's core count. */
async function encode(frames, audioTrack) {
  const temporaryDir = await mkdtemp(join(tmpdir(), 'sample-video-'));
  const audioPath = join(temporaryDir, 'audio-track.f32');
  const videoPath = join(temporaryDir, video);
  const { width, height, framesPerSecond } = VIDEO;
  const bt709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
  try {
    await writeFile(audioPath, new Uint8Array(audioTrack.buffer));
    const encoder = startFfmpeg(
      [
        '-y',
        '-f',
        'rawvideo',
        '-pixel_format',
        'yuv420p',
        '-video_size',
        `${width}x${height}`,
        '-framerate',
        String(framesPerSecond),
        '-i',
        'pipe:0',
        '-f',
        'f32le',
        '-ar',
        String(SAMPLE_RATE),
        '-ac',
        '1',
        '-i',
        audioPath,
        '-c:v',
        'libx264',
        '-preset',
        'slow',
        '-crf',
        '33',
        '-g',
        '50',
        '-threads',
        '2',
        ...bt709,
        '-c:a',
        'aac',
        '-b:a',
        '64k',
        '-flags',
        '+bitexact',
        '-fflags',
        '+bitexact',
        '-movflags',
        '+faststart',
        videoPath,
      ],
      { cwd: sampleDir },
    );
    const ends = await Promise.allSettled([pipeline(Readable.from(frames), encoder.stdin), encoder.done]);
    const failures = ends.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
    if (failures.length > 0) throw new AggregateError(failures, 'The video could not be made.');
    await copyFile(videoPath, join(sampleDir, video));
  } finally {
    await rm(temporaryDir, { recursive: true });
  }
}
