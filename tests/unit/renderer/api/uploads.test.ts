import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/contract/errors.ts';
import { plain } from '#shared/words/words.ts';
import { uploadFiles, type UploadParts, type UploadRequest } from '../../../../src-renderer/api/uploads.ts';

/** A studio that takes every file whole, but says what `refuse` gives for its name. */
function partsOf(refuse: Readonly<Record<string, AppError>>): UploadParts & { readonly asked: readonly string[] } {
  const known = new Map<string, string>();
  const asked: string[] = [];
  return {
    asked,
    send: ({ url }: UploadRequest) => {
      const name = new URL(url, 'http://studio').searchParams.get('name') ?? '';
      asked.push(name);
      const refusal = refuse[name];
      return refusal === undefined
        ? Promise.resolve({ uploadId: name, receivedBytes: 3, grant: { grantId: crypto.randomUUID(), name } })
        : Promise.reject(refusal);
    },
    known: {
      getItem: (key) => known.get(key) ?? null,
      setItem: (key, value) => known.set(key, value),
      removeItem: (key) => known.delete(key),
    },
    pause: () => Promise.resolve(),
    nowMs: () => 0,
  };
}

const files = ['a.mp4', 'b.mp4', 'c.mp4'].map((name) => new File(['abc'], name));
const namesOf = (grants: readonly { readonly name: string }[]): readonly string[] => grants.map(({ name }) => name);

describe('files that are uploaded together', () => {
  it('go on past one that is refused, which is reported', async () => {
    const refusal = new AppError('disk-full', plain('no room for b.mp4'));
    const refused: Error[] = [];
    const grants = await uploadFiles(partsOf({ 'b.mp4': refusal }), files, { onRefused: (error) => refused.push(error) });
    expect(namesOf(grants)).toEqual(['a.mp4', 'c.mp4']);
    expect(refused).toEqual([refusal]);
  });

  it('stop where the session has ended, and what arrived before is used', async () => {
    const ended = new AppError('forbidden', plain('the session has ended'));
    const parts = partsOf({ 'b.mp4': ended });
    const refused: Error[] = [];
    expect(namesOf(await uploadFiles(parts, files, { onRefused: (error) => refused.push(error) }))).toEqual(['a.mp4']);
    expect(refused).toEqual([ended]);
    expect(parts.asked).toEqual(['a.mp4', 'b.mp4']);
  });

  it('fail with the reason of the first where none could be uploaded', async () => {
    const refusal = new AppError('disk-full', plain('no room'));
    await expect(uploadFiles(partsOf({ 'a.mp4': refusal, 'b.mp4': refusal, 'c.mp4': refusal }), files)).rejects.toBe(refusal);
  });
});
