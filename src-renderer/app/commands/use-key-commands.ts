import { useEffect } from 'react';
import { flushSync } from 'react-dom';
import { useHost } from '../../api/core-context.tsx';
import { useSettings } from '../../api/queries.ts';
import { useCommandRegistry } from './command-context.tsx';
import { keepFocusWithOverlays, MODALS } from './overlay-focus.ts';
import { isReservedKey, refusalOf, resolveKey } from './resolve-key.ts';
import { showRefusal } from './show-refusal.ts';

const TEXT_BOXES = 'input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select, [contenteditable=true]';
/** The timeline's list of shots is no overlay: `data-keys=commands` keeps the commands alive in it. */
const OVERLAYS = '[role=dialog], [role=menu], [role=listbox]:not([data-keys=commands])';
/** What a keyboard user steers with these keys must not be taken away. */
const PRESS_KEYS = new Set([' ', 'Enter']);
const PRESSED = 'button, a[href], summary, input, [role=button], [role=tab], [role=menuitem], [role=option], [role=row]';
const MOVE_KEYS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']);
const MOVED = 'input, [role=tab], [role=slider], [role=separator], [role=menuitem], [role=option], [role=row]';

/** The one place that listens to the keyboard: turns presses into commands by the keymap of the settings, and keeps the focus where keys belong. */
export function useKeyCommands(): void {
  const registry = useCommandRegistry();
  const isMac = useHost().platform === 'darwin';
  const preset = useSettings().data?.keymap ?? 'studio';

  useEffect(() => {
    const stopKeepingFocus = keepFocusWithOverlays(document);
    let cameByKeyboard = false;
    function onFocusIn(event: FocusEvent): void {
      cameByKeyboard = event.target instanceof Element && event.target.matches(':focus-visible');
    }
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      // It closed the overlay that it was pressed in, perhaps in this very moment: it means nothing to what has the focus now.
      if (event.key === 'Escape' && (target?.closest(MODALS) ?? null) !== null) return;
      if (target !== null && cameByKeyboard && usesKeyItself(target, event)) return;
      // Under an open dialog no letter is a command, wherever the focus happens to be.
      const isTyping =
        document.querySelector(MODALS) !== null || (target !== null && (target.matches(TEXT_BOXES) || target.closest(OVERLAYS) !== null));
      const situation = { preset, isMac, isTyping, isRepeat: event.repeat };
      const command = resolveKey(registry.list(), event, situation);
      if (command !== undefined || isReservedKey(registry.list(), event, situation)) event.preventDefault();
      if (command === undefined) return showRefusal(refusalOf(registry.list(), event, situation));
      // On the screen before the next key: it may already be meant for what this one has opened.
      flushSync(() => command.run());
    }
    document.addEventListener('focusin', onFocusIn);
    document.addEventListener('keydown', onKeyDown);
    return () => {
      stopKeepingFocus();
      document.removeEventListener('focusin', onFocusIn);
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [registry, isMac, preset]);
}

/**
 * True when the focused control answers to this key by itself. Asked only where the focus came by keyboard: after a click on a button
 * the space bar plays the video again. (`:focus-visible` at the press says nothing: any key makes a clicked control match it.)
 */
function usesKeyItself(target: Element, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return (PRESS_KEYS.has(event.key) && target.matches(PRESSED)) || (MOVE_KEYS.has(event.key) && target.matches(MOVED));
}
