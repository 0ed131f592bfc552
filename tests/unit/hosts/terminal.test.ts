import { describe, expect, it } from 'vitest';
import { visible } from '../../../src-main/hosts/cli/terminal.ts';

describe('words from elsewhere on a terminal', () => {
  it('give it no commands, and turn no writing around', () => {
    expect(visible('holi\u001B[31mday\u0007\r\u009B\u202Egpj.mp4')).toBe('holi\uFFFD[31mday\uFFFD\uFFFD\uFFFD\uFFFDgpj.mp4');
  });

  it('stay as they are otherwise', () => {
    const words = 'Straße, 日本語, 🎬\n\tnext line';
    expect(visible(words)).toBe(words);
  });
});
