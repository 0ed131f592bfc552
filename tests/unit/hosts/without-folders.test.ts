import { describe, expect, it } from 'vitest';
import { newShortId } from '#core/base/short-id.ts';
import { createFolderVeil } from '#core/base/without-folders.ts';

const veil = createFolderVeil(() => ['/home/ann', '/home/ann/My projects/Demo.shotluck', '/data', 'C:\\Users\\Ann Lee']);

describe('what browsers learn of files', () => {
  it.each([
    ['“a.mp4” is not where it was (/home/ann/videos/a.mp4).', '“a.mp4” is not where it was (videos/a.mp4).'],
    ['There is nothing at /srv/videos/b c.mp4.', 'There is nothing at b c.mp4.'],
    [
      'The file is no longer at /home/ann/My projects/Demo.shotluck/exports/x.json. Look there.',
      'The file is no longer at exports/x.json. Look there.',
    ],
    ['/home/ann/My projects/Demo.shotluck does not contain a project.', 'Demo.shotluck does not contain a project.'],
    ['/home/ann/My projects/Demo.shotluck/über.mp4 is gone.', 'über.mp4 is gone.'],
    ['The disk of /data is full.', 'The disk of data is full.'],
    ['The disk of /database/ann is full.', 'The disk of ann is full.'],
    ['(ffmpeg: file:/mnt/disk/a.mp4: Invalid data found)', '(ffmpeg: a.mp4: Invalid data found)'],
    ['file:///mnt/disk/a.mp4 is gone', 'a.mp4 is gone'],
    ['“C:\\Users\\Ann Lee\\a.mp4” is gone, and so is D:\\videos\\b.mp4', '“a.mp4” is gone, and so is b.mp4'],
    ['\\\\server\\share\\c.mp4 is gone', 'c.mp4 is gone'],
  ])('%s', (message, expected) => expect(veil.text(message)).toBe(expected));

  it.each([
    'Shots and/or captions, 24000/1001, 3 / 4, 1/2.',
    'Ask https://gpu-box:8000/v1/models or http://127.0.0.1/v1.',
    'sum-text/smollm2 reads text/plain; huggingface.co/org/model too.',
    '/export/0b2cb6a4-7a8e-4f6e-9d0e-4f8f3c7f1a11/rows%2Fa.json',
    '/frame/0b2cb6a4-7a8e-4f6e-9d0e-4f8f3c7f1a11/12?w=320',
    `/sprite/${newShortId(1_790_000_000_000)}/0.jpg`,
    'data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ/AAD/2wBD',
  ])('leaves alone: %s', (message) => expect(veil.text(message)).toBe(message));

  it('goes through whole answers, and takes a folder that looks like an address for a folder', () => {
    expect(veil.all({ jobs: [{ error: { message: '/home/ann/a.mp4' }, count: 3, none: null }] })).toEqual({
      jobs: [{ error: { message: 'a.mp4' }, count: 3, none: null }],
    });
    expect(veil.text('/media/ann/disk/a.mp4')).toBe('a.mp4');
  });
});

it('leaves out all that follows a path where folders cannot be told, as of a damaged project, and goes on', () => {
  const damaged = (): string[] => {
    throw new Error('malformed');
  };
  const seen: unknown[] = [];
  const blind = createFolderVeil(damaged, (error) => seen.push(error));
  expect(blind.all({ message: 'Not there: /home/ann/My films/a.mp4 was moved', code: 'x' })).toEqual({
    message: 'Not there: …',
    code: 'x',
  });
  expect(blind.text('No path here')).toBe('No path here');
  expect(seen).toHaveLength(1);
  expect(() => createFolderVeil(damaged).text('/a/b')).toThrow('malformed');
});
