import { expect, it } from 'vitest';
import { fileKindOf, VIDEO_EXTENSIONS } from '#shared/domain/file-kinds.ts';

it.each(['walk.mp4', 'WALK.MOV', 'tape.m2v', 'phone.3g2', 'old.divx', 'flash.f4v', 'raw.h264', 'cam.mts', 'a.b.webm'])(
  'takes %s for a video, wherever it comes from',
  (name) => expect(fileKindOf(name)).toBe('video'),
);

it.each([
  ['walk.srt', 'subtitles'],
  ['walk.edl', 'cuts'],
  ['20k_train.json', 'dataset'],
  ['notes.doc', 'unknown'],
  ['mp4', 'unknown'],
] as const)('takes %s for %s', (name, kind) => expect(fileKindOf(name)).toBe(kind));

it('has each ending of a video once, and none of another kind', () => {
  expect(new Set(VIDEO_EXTENSIONS).size).toBe(VIDEO_EXTENSIONS.length);
  for (const extension of VIDEO_EXTENSIONS) expect(fileKindOf(`x.${extension}`)).toBe('video');
});
