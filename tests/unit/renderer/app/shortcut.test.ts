import { describe, expect, test } from 'vitest';
import {
  isTypingKey,
  matchesShortcut,
  parseShortcut,
  shortcutCaps,
  type KeyPress,
} from '../../../../src-renderer/app/commands/shortcut.ts';

function press(key: string, modifiers: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers };
}

const matches = (shortcut: string, keyPress: KeyPress, isMac = false): boolean => matchesShortcut(parseShortcut(shortcut), keyPress, isMac);

describe('matching a key press', () => {
  test('a letter, whatever the state of Caps Lock', () => {
    expect(matches('S', press('s'))).toBe(true);
    expect(matches('S', press('S'))).toBe(true);
    expect(matches('S', press('d'))).toBe(false);
  });

  test('modifiers must be exactly those of the shortcut', () => {
    expect(matches('Mod+Z', press('z', { ctrlKey: true }))).toBe(true);
    expect(matches('Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(matches('Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(matches('S', press('s', { ctrlKey: true }))).toBe(false);
    expect(matches('S', press('s', { altKey: true }))).toBe(false);
    expect(matches('Shift+ArrowLeft', press('ArrowLeft', { shiftKey: true }))).toBe(true);
    expect(matches('ArrowLeft', press('ArrowLeft', { shiftKey: true }))).toBe(false);
  });

  test('Mod is Cmd on a Mac and Ctrl elsewhere', () => {
    expect(matches('Mod+K', press('k', { metaKey: true }), true)).toBe(true);
    expect(matches('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false);
    expect(matches('Mod+K', press('k', { metaKey: true }), false)).toBe(false);
  });

  test('a sign is the same sign with or without Shift, as the layout demands', () => {
    expect(matches('?', press('?', { shiftKey: true }))).toBe(true);
    expect(matches('?', press('?'))).toBe(true);
    expect(matches('Mod+,', press(',', { ctrlKey: true }))).toBe(true);
    expect(matches('Mod++', press('+', { ctrlKey: true }))).toBe(true);
  });

  test('the space bar is called Space', () => {
    expect(matches('Space', press(' '))).toBe(true);
  });

  test('on a Cyrillic or Greek layout the key in the place of the Latin letter counts', () => {
    expect(matches('S', press('ы', { code: 'KeyS' }))).toBe(true);
    expect(matches('Mod+Z', press('ζ', { code: 'KeyZ', ctrlKey: true }))).toBe(true);
  });
});

test('keys that type are distinguished from those that do not', () => {
  for (const typing of ['S', '1', 'Space', 'ArrowLeft', 'Enter', 'Delete', 'Shift+A', '?'])
    expect(isTypingKey(parseShortcut(typing)), typing).toBe(true);
  for (const other of ['Mod+S', 'Alt+Q', 'Escape', 'F8', 'Mod+Enter']) expect(isTypingKey(parseShortcut(other)), other).toBe(false);
});

test('caps are drawn as each system writes them', () => {
  expect(shortcutCaps('Mod+Shift+ArrowLeft', 'other')).toEqual(['Ctrl', 'Shift', '←']);
  expect(shortcutCaps('Mod+Shift+Z', 'mac')).toEqual(['⇧', '⌘', 'Z']);
});

test('a malformed shortcut is refused when the table is read', () => {
  expect(() => parseShortcut('Ctrl+S')).toThrow('Malformed');
  expect(() => parseShortcut('')).toThrow('Malformed');
});
