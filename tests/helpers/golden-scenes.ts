/**
 * Moving pictures out of ffmpeg's own sources: image-like content whose every frame is known, so that videos with known cuts can be
 * made at test time. A scene is a filter chain that gives frames without end.
 */

export interface SceneFormat {
  readonly width: number;
  readonly height: number;
  /** Frames per second, whole. */
  readonly rate: number;
}

/** Writes the filter chain whose frames come out at `[label]`; labels inside start with it, so scenes do not mix. */
export type Scene = (format: SceneFormat, label: string) => string;

export interface Landscape {
  readonly seed: number;
  /** `0xRRGGBB`: the picture's prevailing colour. */
  readonly tint: string;
  /** Camera's speed in pixels per frame; the picture is three times as wide as the video. */
  readonly panX?: number;
  /** Amplitude in pixels by which the camera shakes up and down on every frame. */
  readonly shake?: number;
}

/** Cloudy ground under a camera that pans, with a bright patch that crosses the picture: much like a slow outdoor shot. */
export function landscape({ seed, tint, panX = 1, shake = 0 }: Landscape): Scene {
  return ({ width, height, rate }, label) => {
    const wide = `${width * 3}:${height * 2}`;
    const still = 'trim=end_frame=1,loop=loop=-1:size=1:start=0';
    const at = `setpts=N/${rate}/TB`;
    const noise = (tone: string, size: string, strength: string): string =>
      `color=c=${tone}:s=${size}:r=${rate},format=yuv444p,noise=${strength},scale=${wide}:flags=bicubic,format=yuv444p`;
    // The camera turns back at the picture's edge.
    const x = `abs(mod(${panX}*n+${seed * 37}\\,${width * 4})-${width * 2})`;
    const y = `${height / 2}+${shake}*sin(n*2.1)`;
    return [
      `${noise(tint, '12x5', `c0s=70:c1s=40:c2s=40:all_seed=${seed}`)}[${label}coarse]`,
      `${noise('gray', '150x56', `c0s=50:all_seed=${seed + 100}`)}[${label}fine]`,
      `[${label}coarse][${label}fine]blend=all_mode=softlight,${still},${at},crop=${width}:${height}:'${x}':'${y}'[${label}ground]`,
      `${noise(tint, '4x4', `c0s=90:all_seed=${seed + 200}`)},scale=${Math.round(width / 6)}:${Math.round(height / 3)},${still},${at}[${label}patch]`,
      `[${label}ground][${label}patch]overlay=x='mod(n*2+${seed * 53}\\,${width})-20':y='${Math.round(height / 3)}+12*sin(n/9)':format=yuv444[${label}]`,
    ].join(';');
  };
}

/** A slow zoom into a fractal, its colours turned by `hueDegrees`. */
export function fractal(hueDegrees: number, place: 'valley' | 'needle'): Scene {
  const start =
    place === 'valley' ? 'start_x=-0.743643887:start_y=-0.131825904:start_scale=0.05' : 'start_x=-1.768:start_y=0.0017:start_scale=0.08';
  return ({ width, height, rate }, label) =>
    `mandelbrot=s=${even(width)}x${even(height)}:r=${rate}:${start}:end_scale=0.01:end_pts=400:maxiter=1000,` +
    `hue=h=${hueDegrees}:s=0.6,scale=${width}:${height},format=yuv444p[${label}]`;
}

/** Soft colours that turn slowly: hardly any detail. (Without given colours ffmpeg draws them by lot, whatever the seed.) */
export function colourField(...colours: readonly [string, string, string]): Scene {
  const list = colours.map((colour, index) => `c${index}=${colour}`).join(':');
  return ({ width, height, rate }, label) =>
    `gradients=s=${even(width)}x${even(height)}:r=${rate}:seed=1:speed=0.01:nb_colors=3:${list},scale=${width}:${height},format=yuv444p[${label}]`;
}

/** A test card with moving parts: hard edges, full colours. */
export function testCard(): Scene {
  return ({ width, height, rate }, label) => `testsrc2=s=${width}x${height}:r=${rate},format=yuv444p[${label}]`;
}

/** The scene lit by a flash over the given frames, as a photographer's flash or lightning does. */
export function withFlashes(scene: Scene, flashes: readonly { readonly frame: number; readonly frames: number }[]): Scene {
  const enable = flashes.map(({ frame, frames }) => `between(n\\,${frame}\\,${frame + frames - 1})`).join('+');
  return (format, label) => `${scene(format, `${label}unlit`)};[${label}unlit]drawbox=t=fill:color=white@0.85:enable='${enable}'[${label}]`;
}

function even(size: number): number {
  return size + (size % 2);
}
