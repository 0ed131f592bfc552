import { assertNever } from '#shared/assert.ts';

/**
 * A shortcut is written `Mod+Shift+Z`, `Alt+ArrowLeft`, `Space`, `S`, `?`, `F8`, `,`. `Mod` is Ctrl, on a Mac Cmd. The key is
 * named as in `KeyboardEvent.key`; letters in capitals; `Space` for the space bar.
 */
export interface Shortcut {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly key: string;
}

/** The part of a KeyboardEvent that decides. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Throws on a malformed shortcut: it is a fault of the command table. */
export function parseShortcut(text: string): Shortcut {
  // The plus key itself is written `+` or `Mod++`.
  const parts = text === '+' ? ['+'] : text.endsWith('++') ? [...text.slice(0, -2).split('+'), '+'] : text.split('+');
  const key = parts.at(-1) ?? '';
  const modifiers = parts.slice(0, -1);
  const isKnown = modifiers.every((modifier) => ['Mod', 'Shift', 'Alt'].includes(modifier));
  if (key === '' || !isKnown) throw new Error(`Malformed shortcut: ${text}`);
  return {
    mod: modifiers.includes('Mod'),
    shift: modifiers.includes('Shift'),
    alt: modifiers.includes('Alt'),
    key: key.length === 1 ? key.toUpperCase() : key,
  };
}

/** True when the press is exactly this shortcut. */
export function matchesShortcut(shortcut: Shortcut, press: KeyPress, isMac: boolean): boolean {
  const mod = isMac ? press.metaKey : press.ctrlKey;
  const otherMod = isMac ? press.ctrlKey : press.metaKey;
  if (mod !== shortcut.mod || otherMod || press.altKey !== shortcut.alt) return false;
  if (pressedKey(press) !== shortcut.key) return false;
  // Where a sign sits on the keyboard differs by layout: whether Shift was needed to type it says nothing.
  return isSign(shortcut.key) || press.shiftKey === shortcut.shift;
}

/** The key that was meant; on a layout that types no Latin letters, the letter printed on the key of a Latin keyboard. */
function pressedKey({ key, code }: KeyPress): string {
  if (key === ' ') return 'Space';
  if (key.length > 1) return key;
  const isLatin = key.charCodeAt(0) < 128;
  if (!isLatin && /^Key[A-Z]$/.test(code)) return code.slice(3);
  return key.toUpperCase();
}

function isSign(key: string): boolean {
  return key.length === 1 && !/[A-Z0-9]/.test(key);
}

/** True for a key that types something or moves the caret: dead while a text box has the focus. */
export function isTypingKey(shortcut: Shortcut): boolean {
  if (shortcut.mod || shortcut.alt) return false;
  return shortcut.key !== 'Escape' && !/^F\d+$/.test(shortcut.key);
}

const keyLabels: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** The caps to draw, in the order in which people say them: `['Ctrl', 'Shift', 'Z']`, on a Mac `['⇧', '⌘', 'Z']`. */
export function shortcutCaps(text: string, platform: 'mac' | 'other'): string[] {
  const { mod, shift, alt, key } = parseShortcut(text);
  const cap = keyLabels[key] ?? key;
  switch (platform) {
    case 'mac':
      return [...(alt ? ['⌥'] : []), ...(shift ? ['⇧'] : []), ...(mod ? ['⌘'] : []), cap];
    case 'other':
      return [...(mod ? ['Ctrl'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), cap];
    default:
      return assertNever(platform);
  }
}
