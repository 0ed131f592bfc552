import { cameraFilters } from './camera.mjs';
import { BT709, VIDEO } from './video-plan.mjs';
import { readFromFfmpeg, startFfmpeg } from './programs.mjs';

const LETTERING_FONT = 'lettering/inter-display-semibold-latin.otf';
/** Planar YUV 4:2:0: a byte of luma per pixel, two of chroma per four pixels. */
export const FRAME_BYTES = (VIDEO.width * VIDEO.height * 3) / 2;

/**
 * Prepares one shot for rendering, so that a plan that cannot be rendered fails before anything is.
 *
 * @param {import('./timeline.mjs').TimelineShot} shot
 * @param {string} sampleDir
 * @returns {Promise<() => AsyncGenerator<Buffer>>} renders it: yields its frames, yuv420p in BT.709 video range, one buffer each
 */
export async function prepareShot({ plan, clipStartFrame, clipEndFrame }, sampleDir) {
  const frames = clipEndFrame - clipStartFrame;
  const { input, filters } = await sceneOf(plan.scene, { frames, sampleDir });
  const chain = [...filters, ...(plan.lettering ?? []).map(letteringFilter)].join(',');
  const args = [...input, '-vf', chain, '-frames:v', String(frames), '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'];
  return () => renderShot(args, { name: plan.name, frames, sampleDir });
}

async function* renderShot(args, { name, frames, sampleDir }) {
  const { stdout, done } = startFfmpeg(args, { cwd: sampleDir });
  let count = 0;
  for await (const frame of splitFrames(stdout)) {
    count += 1;
    yield frame;
  }
  await done;
  if (count !== frames) throw new Error(`"${name}" gave ${count} frames instead of ${frames}.`);
}

async function sceneOf(scene, { frames, sampleDir }) {
  const rate = String(VIDEO.framesPerSecond);
  if ('color' in scene) {
    const source = `color=c=${scene.color}:s=${VIDEO.width}x${VIDEO.height}:r=${rate},format=gbrp,scale=${BT709},format=yuv420p`;
    return { input: ['-f', 'lavfi', '-i', source], filters: [] };
  }
  const path = `pictures/${scene.picture}`;
  const picture = await pictureSize(path, sampleDir);
  return { input: ['-framerate', rate, '-i', path], filters: cameraFilters(scene.camera, { picture, frames }) };
}

/** Measured from the decoded bytes: one grey row gives the width, one grey column the height. */
async function pictureSize(path, cwd) {
  const grey = (crop) => readFromFfmpeg(['-i', path, '-vf', `${crop},format=gray`, '-f', 'rawvideo', 'pipe:1'], { cwd });
  const [row, column] = await Promise.all([grey('crop=iw:1:0:0:exact=1'), grey('crop=1:ih:0:0:exact=1')]);
  return { width: row.length, height: column.length };
}

function letteringFilter({ text, x, y, size, color, shadow = false }) {
  const shade = shadow ? ':shadowcolor=black@0.4:shadowx=0:shadowy=2' : '';
  return `drawtext=fontfile=${LETTERING_FONT}:text='${text}':x=${x}:y=${y}:fontsize=${size}:fontcolor=${color}${shade}`;
}

async function* splitFrames(stream) {
  let frame = Buffer.alloc(FRAME_BYTES);
  let filled = 0;
  for await (const chunk of stream) {
    for (let read = 0; read < chunk.length;) {
      const copied = chunk.copy(frame, filled, read);
      read += copied;
      filled += copied;
      if (filled < FRAME_BYTES) continue;
      yield frame;
      frame = Buffer.alloc(FRAME_BYTES);
      filled = 0;
    }
  }
}
