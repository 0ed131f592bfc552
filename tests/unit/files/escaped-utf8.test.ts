import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countEscapes, createEscapingDecoder, findEscape } from '#core/base/files/escaped-utf8.ts';

function decoded(bytes: Uint8Array, chunkLength: number): string {
  const decoder = createEscapingDecoder();
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkLength) text += decoder.decode(Buffer.from(bytes.subarray(at, at + chunkLength)), false);
  return text + decoder.decode(Buffer.alloc(0), true);
}

const chunkLength = fc.integer({ min: 1, max: 9 });

it('UTF-8 is read as it stands there, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), chunkLength, (text, length) => {
      expect(decoded(Buffer.from(`\uFEFF${text}`), length)).toBe(`\uFEFF${text}`);
    }),
  );
});

it('what is none is found, and all around it is read', () => {
  const text = decoded(Buffer.concat([Buffer.from('é 😀 '), Buffer.from([0xe9, 0x20, 0xed, 0xa0, 0x80]), Buffer.from(' 😀é')]), 3);
  expect(text).toBe('é 😀 \uDCE9 \uDCED\uDCA0\uDC80 😀é');
  expect([findEscape(text), countEscapes(text), findEscape('é 😀')]).toEqual([5, 4, -1]);
});

it('whatever the bytes are, nothing is lost, and the cuts make no difference', () => {
  fc.assert(
    fc.property(fc.uint8Array(), chunkLength, (bytes, length) => {
      const text = decoded(bytes, length);
      expect(text).toBe(decoded(bytes, bytes.length + 1));
      const back = Buffer.concat(
        Array.from(text, (sign) => (sign.isWellFormed() ? Buffer.from(sign) : Buffer.from([sign.charCodeAt(0) - 0xdc00]))),
      );
      expect([...back]).toEqual([...bytes]);
    }),
  );
});
