import { isAvailable, shortcutsIn, type Command, type KeymapPreset } from './command.ts';
import { isTypingKey, matchesShortcut, parseShortcut, type KeyPress } from './shortcut.ts';

export interface KeySituation {
  readonly preset: KeymapPreset;
  readonly isMac: boolean;
  /** A text box, or something in a dialog or menu, has the focus. */
  readonly isTyping: boolean;
  /** The key has been held down. */
  readonly isRepeat: boolean;
}

/** The command that a key press means now, if any. Of several that match, the one registered last (the most special page) wins. */
export function resolveKey(commands: readonly Command[], press: KeyPress, situation: KeySituation): Command | undefined {
  return commands.findLast((command) => means(command, press, situation) && isAvailable(command));
}

/** Why the command that a key press would mean is not available to anybody now; undefined: it means none, or one without such a reason. */
export function refusalOf(commands: readonly Command[], press: KeyPress, situation: KeySituation): string | undefined {
  return commands.findLast((command) => command.refusal !== undefined && means(command, press, situation))?.refusal;
}

/**
 * True for a key that must not reach the browser although its command is not available now: Alt+← in the first shot moves no cut, and must
 * not leave the page either.
 */
export function isReservedKey(commands: readonly Command[], press: KeyPress, situation: KeySituation): boolean {
  const hasModifier = press.altKey || press.ctrlKey || press.metaKey;
  return hasModifier && commands.some((command) => means(command, press, { ...situation, isRepeat: false }));
}

function means(command: Command, press: KeyPress, { preset, isMac, isTyping, isRepeat }: KeySituation): boolean {
  if (isTyping && command.worksWhileTyping !== true) return false;
  if (isRepeat && command.repeats !== true) return false;
  return shortcutsIn(command, preset).some((text) => {
    const shortcut = parseShortcut(text);
    return matchesShortcut(shortcut, press, isMac) && !(isTyping && isTypingKey(shortcut));
  });
}
