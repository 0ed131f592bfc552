import { BT709, VIDEO } from './video-plan.mjs';

/**
 * Camera moves over a still picture, as ffmpeg filters. `perspective` samples between pixels, so that a slow move glides
 * where a crop would jump from pixel to pixel; the picture is enlarged first and scaled down last for the same reason.
 *
 * @typedef {import('./video-plan.mjs').Camera} Camera
 * @typedef {{ width: number, height: number }} Size
 */

/** The picture is rendered at twice the video's size and scaled down: finer, and no colour is lost that the video would keep. */
const CANVAS_WIDTH = 2 * VIDEO.width;
/** A whip takes many more samples, and blurs them. */
const WHIP_CANVAS_WIDTH = VIDEO.width;
/** A whip is rendered at this many moments per frame; half of them are blended, as a shutter open for half the time does. */
const WHIP_MOMENTS = 16;
/** A hand holding the camera: slow waves, as fractions of the picture and in hertz. */
const SWAY = {
  x: [
    [0.0016, 0.31],
    [0.0007, 0.83],
  ],
  y: [
    [0.0013, 0.23],
    [0.0006, 0.71],
  ],
};
const SWAY_REACH = 0.0023;

/**
 * The filters that turn one picture into `frames` frames of video.
 *
 * @param {Camera} camera
 * @param {{ picture: Size, frames: number }} shot
 * @throws when the camera would look past the picture's edge
 */
export function cameraFilters(camera, { picture, frames }) {
  const [moments, canvasWidth] = camera.whip === undefined ? [1, CANVAS_WIDTH] : [WHIP_MOMENTS, WHIP_CANVAS_WIDTH];
  const heightPerWidth = (picture.width / picture.height) * (VIDEO.height / VIDEO.width);
  assertInside(camera.from, heightPerWidth);
  assertInside(camera.to, heightPerWidth);
  return [
    `scale=${canvasWidth}:-2:flags=lanczos+accurate_rnd:${BT709}`,
    'format=yuv420p',
    `loop=loop=${frames * moments - 1}:size=1:start=0`,
    perspective(camera, { heightPerWidth, frames, moments }),
    ...(moments > 1 ? [`tmix=frames=${moments / 2}`, `select=not(mod(n+1\\,${moments}))`, `setpts=N/${VIDEO.framesPerSecond}/TB`] : []),
    `scale=${VIDEO.width}:${VIDEO.height}:flags=bicubic+accurate_rnd`,
  ];
}

function perspective(camera, { heightPerWidth, frames, moments }) {
  const frame = `((on-1)/${moments})`;
  const progress = `st(0\\,${progressOf(camera, frame, frames)})*0`;
  const between = (from, to) => `(${from}+(${to}-${from})*ld(0))`;
  const { from, to } = camera;
  const x = `(${between(from.x, to.x)}+${sway(SWAY.x, frame)})`;
  const y = `(${between(from.y, to.y)}+${sway(SWAY.y, frame)})`;
  const halfWidth = `${between(from.width / 2, to.width / 2)}`;
  const left = `'${progress}+W*(${x}-${halfWidth})'`;
  const right = `'${progress}+W*(${x}+${halfWidth})'`;
  const top = `'${progress}+H*(${y}-${halfWidth}*${heightPerWidth})'`;
  const bottom = `'${progress}+H*(${y}+${halfWidth}*${heightPerWidth})'`;
  const corners = `x0=${left}:y0=${top}:x1=${right}:y1=${top}:x2=${left}:y2=${bottom}:x3=${right}:y3=${bottom}`;
  return `perspective=${corners}:sense=source:interpolation=cubic:eval=frame`;
}

/** 0..1 over the move: at an even pace, so that shots are cut in motion; a whip gathers speed and brakes. */
function progressOf({ whip }, frame, frames) {
  if (whip === undefined) return `${frame}/${frames - 1}`;
  return `st(1\\,clip((${frame}-${whip.startFrame})/${whip.frames}\\,0\\,1))*0+ld(1)*ld(1)*(3-2*ld(1))`;
}

function sway(waves, frame) {
  return waves.map(([reach, hertz]) => `${reach}*sin(${2 * Math.PI * hertz}*${frame}/${VIDEO.framesPerSecond})`).join('+');
}

function assertInside({ x, y, width }, heightPerWidth) {
  const reach = { x: width / 2 + SWAY_REACH, y: (width * heightPerWidth) / 2 + SWAY_REACH };
  const inside = x - reach.x >= 0 && x + reach.x <= 1 && y - reach.y >= 0 && y + reach.y <= 1;
  if (!inside) throw new Error(`The camera looks past the picture: ${JSON.stringify({ x, y, width, reach })}`);
}
