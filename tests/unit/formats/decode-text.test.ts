import { describe, expect, it } from 'vitest';
import { takeTurns } from '#core/base/turns.ts';
import { decodeText } from '#core/exchange/subtitles/decode-text.ts';

const decoded = (bytes: Uint8Array) => decodeText(bytes, takeTurns(new AbortController().signal));

/** `text` in an old encoding, by what its bytes and pairs of bytes decode to. */
function encode(text: string, encoding: string): Uint8Array {
  const decoder = new TextDecoder(encoding);
  const bytesOf = new Map<string, number[]>();
  for (let first = 255; first >= 0; first--) {
    for (let second = 255; first > 127 && second > 0x3f; second--)
      bytesOf.set(decoder.decode(Uint8Array.of(first, second)), [first, second]);
  }
  for (let byte = 255; byte >= 0; byte--) bytesOf.set(decoder.decode(Uint8Array.of(byte)), [byte]);
  return Uint8Array.from(
    Array.from(text).flatMap((letter) => {
      const bytes = bytesOf.get(letter);
      if (bytes === undefined) throw new Error(`${encoding} has no ${letter}`);
      return bytes;
    }),
  );
}

const file = (text: string): string => `1\r\n00:00:01,000 --> 00:00:03,000\r\n${text}\r\n`;
/** A few letters fit any encoding. */
const longFile = (text: string): string => file(text).repeat(5);

describe('the text of a file that does not say how it is encoded', () => {
  it.each([
    ['ascii', 'Hello there.'],
    ['UTF-8', 'Grüße, 日本, Привет'],
  ])('is read as it is in %s, without a note', async (_encoding, text) => {
    expect(await decoded(new TextEncoder().encode(file(text)))).toEqual({ text: file(text), note: null });
    expect(await decoded(new TextEncoder().encode(`\uFEFF${file(text)}`))).toEqual({ text: file(text), note: null });
  });

  it.each([
    ['windows-1252', 'Grüße'],
    ['windows-1252', 'Où êtes-vous allés cet été ? C’est là. ¿Qué?'],
    ['windows-1250', 'Gdzie jesteś? Nie wiem, co się stało. Proszę, pomóż mi.'],
    ['windows-1251', 'Где ты? Я не знаю, что случилось.'],
    ['koi8-r', 'Где ты? Я не знаю, что случилось.'],
    ['windows-1253', 'Πού είσαι; Δεν ξέρω τι έγινε.'],
    ['windows-1254', 'Neredesin? Ne olduğunu bilmiyorum. Lütfen bana yardım et, çok şaşırdım.'],
    ['shift_jis', 'どこにいるの？何が起こったのか分からない。'],
    ['gb18030', '你在哪里？我不知道发生了什么事。'],
    ['big5', '你在哪裡？我不知道發生了什麼事。'],
    ['euc-kr', '어디 있어요? 무슨 일이 일어났는지 모르겠어요.'],
  ])('is read in the encoding whose letters fit, and that is reported: %s, %s', async (encoding, text) => {
    expect(await decoded(encode(longFile(text), encoding))).toEqual({
      text: longFile(text),
      note: expect.stringMatching(/^the file is not in UTF-8; it was read as \S+\. If characters look wrong/u),
    });
  });

  it.each(['le', 'be'] as const)('is read as UTF-16 with and without a mark: %s', async (order) => {
    const bytes = (text: string): Uint8Array => {
      const little = Buffer.from(text, 'utf16le');
      return order === 'le' ? little : little.swap16();
    };
    for (const text of ['Hello.', 'Привет']) {
      expect(await decoded(bytes(`\uFEFF${file(text)}`))).toEqual({ text: file(text), note: null });
      expect(await decoded(bytes(file(text)))).toEqual({
        text: file(text),
        note: `the file does not say how it is encoded; it was read as UTF-16${order.toUpperCase()}`,
      });
    }
  });

  it('stays UTF-8 where a few letters are damaged, and their lines are named', async () => {
    const bytes = Buffer.concat([Buffer.from(file('Grüße, schöne Größe')), Buffer.from([0xc3]), Buffer.from('\nfür ')]);
    expect(await decoded(bytes)).toEqual({
      text: `${file('Grüße, schöne Größe')}\uFFFD\nfür `,
      note: 'line 4: damaged characters were read as “\uFFFD”',
    });
  });
});
