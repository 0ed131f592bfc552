/**
 * What the sample video shows, shot by shot. Everything else in this folder carries the plan out.
 *
 * A camera looks at a window of the picture, given as the window's centre and width in fractions of the picture (its height
 * follows from 16:9). `from` and `to` are the windows of the first and the last frame; `whip` lets the camera rest, then
 * swing within a few frames.
 *
 * @typedef {{ x: number, y: number, width: number }} CameraWindow
 * @typedef {{ from: CameraWindow, to: CameraWindow, whip?: { startFrame: number, frames: number } }} Camera
 * @typedef {{ text: string, x: string, y: string, size: number, color: string, shadow?: boolean }} Lettering `x` and `y`: ffmpeg drawtext expressions
 * @typedef {{ kind: 'cut' } | { kind: 'dissolve' | 'fade', frames: number }} Entry how the shot begins; `frames` is even
 * @typedef {object} PlannedShot
 * @property {string} name
 * @property {number} frames length; the boundary of a dissolve or a fade lies in its middle
 * @property {Entry} entry
 * @property {{ picture: string, camera: Camera } | { color: string }} scene
 * @property {Lettering[]} [lettering]
 * @property {string} [narration]
 */

export const VIDEO = { width: 1280, height: 720, framesPerSecond: 25 };
/** The video's colours as an option of ffmpeg's scale filter. */
export const BT709 = 'out_color_matrix=bt709:out_range=tv';

const CUT = { kind: 'cut' };
const CREAM = '0xFFF6E3';
const INK = '0x2B2A33';

/** @type {PlannedShot[]} */
export const SHOTS = [
  {
    name: 'Title card',
    frames: 80,
    entry: CUT,
    scene: {
      picture: 'dandelions.jpg',
      camera: { from: { x: 0.5, y: 0.5, width: 0.96 }, to: { x: 0.49, y: 0.48, width: 0.88 } },
    },
    lettering: [
      { text: 'A Day Out', x: '600', y: '430', size: 112, color: CREAM, shadow: true },
      { text: 'The sample film of Shotluck Studio', x: '607', y: '562', size: 32, color: CREAM, shadow: true },
    ],
    narration: 'A day out.',
  },
  {
    name: 'Mountain path',
    frames: 140,
    entry: CUT,
    scene: {
      picture: 'mountain-path.jpg',
      camera: { from: { x: 0.47, y: 0.56, width: 0.92 }, to: { x: 0.56, y: 0.47, width: 0.74 } },
    },
    narration: 'In the morning, a path climbs toward rocky mountains with patches of snow.',
  },
  {
    name: 'Forest stream',
    frames: 110,
    entry: { kind: 'dissolve', frames: 24 },
    scene: {
      picture: 'forest-stream.jpg',
      camera: { from: { x: 0.55, y: 0.36, width: 0.72 }, to: { x: 0.5, y: 0.62, width: 0.8 } },
    },
    narration: 'Below, a stream runs over the rocks in the forest.',
  },
  {
    name: 'Horses',
    frames: 104,
    entry: CUT,
    scene: {
      picture: 'horses.jpg',
      camera: { from: { x: 0.42, y: 0.56, width: 0.78 }, to: { x: 0.58, y: 0.55, width: 0.78 } },
    },
    narration: 'A herd of horses rests on a green hill.',
  },
  {
    name: 'German shepherd',
    frames: 98,
    entry: CUT,
    scene: {
      picture: 'german-shepherd.jpg',
      camera: { from: { x: 0.5, y: 0.367, width: 0.96 }, to: { x: 0.55, y: 0.33, width: 0.86 } },
    },
    narration: 'A German shepherd waits in the dry grass.',
  },
  {
    name: 'Dogs at the window',
    frames: 100,
    entry: CUT,
    scene: {
      picture: 'window-dogs.jpg',
      camera: { from: { x: 0.5, y: 0.31, width: 0.98 }, to: { x: 0.48, y: 0.61, width: 0.88 } },
    },
    narration: 'Two brown dogs look out of a window.',
  },
  {
    name: 'Kitten',
    frames: 104,
    entry: CUT,
    scene: {
      picture: 'kitten.jpg',
      camera: { from: { x: 0.42, y: 0.62, width: 0.8 }, to: { x: 0.52, y: 0.42, width: 0.86 } },
    },
    narration: 'Inside, a kitten plays with a ball of yarn.',
  },
  {
    name: 'Palace square',
    frames: 118,
    entry: CUT,
    scene: {
      picture: 'palace-square.jpg',
      camera: { from: { x: 0.42, y: 0.725, width: 0.72 }, to: { x: 0.5, y: 0.63, width: 0.96 } },
    },
    narration: 'In town, people cross the square in front of an old palace.',
  },
  {
    name: 'Mariachi band',
    frames: 118,
    entry: CUT,
    scene: {
      picture: 'mariachi.jpg',
      camera: {
        from: { x: 0.32, y: 0.36, width: 0.58 },
        to: { x: 0.69, y: 0.6, width: 0.58 },
        whip: { startFrame: 58, frames: 9 },
      },
    },
    narration: 'A mariachi band is playing, and the guitarist smiles.',
  },
  {
    name: 'Sunset',
    frames: 112,
    entry: CUT,
    scene: {
      picture: 'sunset.jpg',
      camera: { from: { x: 0.52, y: 0.56, width: 0.92 }, to: { x: 0.5, y: 0.48, width: 0.8 } },
    },
    narration: 'Then the sun goes down behind the hills.',
  },
  {
    name: 'Summer festival',
    frames: 134,
    entry: { kind: 'fade', frames: 36 },
    scene: {
      picture: 'summer-festival.jpg',
      camera: { from: { x: 0.47, y: 0.54, width: 0.92 }, to: { x: 0.58, y: 0.52, width: 0.76 } },
    },
    narration: 'At night, people gather around the drums of a summer festival.',
  },
  {
    name: 'End card',
    frames: 70,
    entry: CUT,
    scene: { color: '0xF3EAD8' },
    lettering: [
      { text: 'The end', x: '(w-text_w)/2', y: '246', size: 84, color: INK },
      { text: 'Photographs by Aitzol Berasategi, Clemens Engelhardt,', x: '(w-text_w)/2', y: '386', size: 30, color: INK },
      { text: 'and photographers who gave theirs to the public domain', x: '(w-text_w)/2', y: '430', size: 30, color: INK },
      { text: 'CC BY 4.0', x: '(w-text_w)/2', y: '500', size: 30, color: INK },
    ],
  },
];
