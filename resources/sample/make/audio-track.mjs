import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VIDEO } from './video-plan.mjs';
import { readFromFfmpeg } from './programs.mjs';

/**
 * The video's audio: a spoken sentence in most shots over quiet chords. Samples are 32-bit floats, mono, 48 kHz.
 *
 * The voice is Flite's "rms", which ffmpeg carries as a filter: speech recognisers understand it far better than eSpeak NG.
 *
 * @typedef {{ text: string, startUs: number, endUs: number }} Narration
 */

export const SAMPLE_RATE = 48_000;
const SAMPLES_PER_FRAME = SAMPLE_RATE / VIDEO.framesPerSecond;
const VOICE = 'rms';
const VOICE_GAIN = 1.35;
/** The voice begins this long after its shot, and ends at least this long before the shot does. */
const LEAD_IN_FRAMES = 12;
const LEAD_OUT_FRAMES = 6;

/** Chords as MIDI note numbers: F, C, D minor, B flat; one after another, over and over. */
const CHORDS = [
  [41, 53, 57, 60, 65],
  [36, 55, 60, 64, 67],
  [38, 53, 57, 62, 65],
  [34, 53, 58, 62, 65],
];
const CHORD_SECONDS = 4.6;
const CHORD_GAIN = 0.0075;

/**
 * Speaks every planned sentence and says where it lies.
 *
 * @param {import('./timeline.mjs').TimelineShot[]} shots
 * @returns {Promise<{ narrations: (Narration | null)[], voices: { startSample: number, samples: Float32Array }[] }>} narrations: one per shot
 */
export async function narrate(shots) {
  const narrations = [];
  const voices = [];
  for (const { plan, startFrame, endFrame } of shots) {
    if (plan.narration === undefined) {
      narrations.push(null);
      continue;
    }
    const samples = await speak(plan.narration);
    const startSample = (startFrame + LEAD_IN_FRAMES) * SAMPLES_PER_FRAME;
    const endSample = startSample + samples.length;
    const spareFrames = endFrame - endSample / SAMPLES_PER_FRAME;
    if (spareFrames < LEAD_OUT_FRAMES)
      throw new Error(`"${plan.name}" is ${Math.ceil(LEAD_OUT_FRAMES - spareFrames)} frames too short for its sentence.`);
    narrations.push({ text: plan.narration, startUs: sampleToUs(startSample), endUs: sampleToUs(endSample) });
    voices.push({ startSample, samples });
  }
  return { narrations, voices };
}

/**
 * @param {{ startSample: number, samples: Float32Array }[]} voices
 * @param {number} frameCount
 */
export function mixAudioTrack(voices, frameCount) {
  const track = chords(frameCount * SAMPLES_PER_FRAME);
  for (const { startSample, samples } of voices) {
    samples.forEach((value, index) => {
      track[startSample + index] += value * VOICE_GAIN;
    });
  }
  return track;
}

function sampleToUs(sample) {
  return Math.round((sample / SAMPLE_RATE) * 1e6);
}

/** Speech without the silence around it. The sentence travels in a file: no quoting, whatever it says. */
async function speak(sentence) {
  const cwd = await mkdtemp(join(tmpdir(), 'sample-video-'));
  const trimStart = 'silenceremove=start_periods=1:start_threshold=-48dB';
  try {
    await writeFile(join(cwd, 'sentence.txt'), sentence);
    const bytes = await readFromFfmpeg(
      [
        '-f',
        'lavfi',
        '-i',
        `flite=textfile=sentence.txt:voice=${VOICE}`,
        '-af',
        `${trimStart},areverse,${trimStart},areverse,highpass=f=70`,
        '-ar',
        String(SAMPLE_RATE),
        '-ac',
        '1',
        '-f',
        'f32le',
        'pipe:1',
      ],
      { cwd },
    );
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  } finally {
    await rm(cwd, { recursive: true });
  }
}

/** Each chord swells and dies away over twice its length, so that neighbours overlap and their sum stays even. */
function chords(sampleCount) {
  const track = new Float32Array(sampleCount);
  const chordSamples = CHORD_SECONDS * SAMPLE_RATE;
  for (let index = -1; index * chordSamples < sampleCount; index += 1) {
    const tones = CHORDS[(index + CHORDS.length) % CHORDS.length].map((note) => 440 * 2 ** ((note - 69) / 12));
    const first = Math.max(0, Math.round(index * chordSamples));
    const last = Math.min(sampleCount, Math.round((index + 2) * chordSamples));
    for (let sample = first; sample < last; sample += 1) {
      const swell = Math.sin((Math.PI * (sample - index * chordSamples)) / (2 * chordSamples)) ** 2;
      track[sample] += CHORD_GAIN * swell * tones.reduce((sum, hertz) => sum + tone(hertz, sample / SAMPLE_RATE), 0);
    }
  }
  return track;
}

/** Soft and slightly wide: the tone, its octave, and a copy a little out of tune. */
function tone(hertz, seconds) {
  const turn = 2 * Math.PI * hertz * seconds;
  return Math.sin(turn) + 0.25 * Math.sin(2 * turn) + 0.6 * Math.sin(turn * 1.003);
}
