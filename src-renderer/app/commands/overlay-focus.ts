/** What lies over the page and takes the keyboard until it closes: dialogs, palettes, drawers. */
export const MODALS = '[role=dialog][aria-modal=true]';

const FIRST = '[data-autofocus]';
const TABBABLE =
  'input:not([type=hidden]):not(:disabled), textarea:not(:disabled), select:not(:disabled), button:not(:disabled), a[href], [tabindex]:not([tabindex="-1"])';

/**
 * Gives the focus to an overlay in the very moment in which it opens, and back to where it was when it closes: whoever knows the keys
 * types on without waiting, and those letters belong into the search box, or back into the caption. (The overlays' own way waits for
 * timers, and for animations.) Returns its end.
 */
export function keepFocusWithOverlays(page: Document): () => void {
  const open = new Map<Element, HTMLElement | null>();
  let outside: HTMLElement | null = null;

  function onFocusIn({ target }: FocusEvent): void {
    if (target instanceof HTMLElement && target.closest(MODALS) === null) outside = target;
  }

  function onFocusOut({ relatedTarget }: FocusEvent): void {
    // Nothing has the focus now: then there is nothing to give it back to.
    if (relatedTarget === null && page.querySelector(MODALS) === null) outside = null;
  }

  function update(): void {
    const now = [...page.querySelectorAll(MODALS)];
    for (const overlay of now) {
      if (open.has(overlay)) continue;
      open.set(overlay, outside);
      if (!overlay.contains(page.activeElement)) focusFirst(overlay);
    }
    for (const [overlay, home] of open) {
      if (overlay.isConnected) continue;
      open.delete(overlay);
      const isLost = page.activeElement === null || page.activeElement === page.body;
      const top = now.at(-1);
      if (!isLost) continue;
      if (top !== undefined) focusFirst(top);
      else if (home?.isConnected === true) home.focus({ preventScroll: true });
    }
  }

  // Called before the next key can be: after the code that opened or closed, in the same turn.
  const observer = new MutationObserver(update);
  observer.observe(page.body, { childList: true, subtree: true });
  page.addEventListener('focusin', onFocusIn);
  page.addEventListener('focusout', onFocusOut);
  return () => {
    observer.disconnect();
    page.removeEventListener('focusin', onFocusIn);
    page.removeEventListener('focusout', onFocusOut);
  };
}

function focusFirst(overlay: Element): void {
  const element = overlay.querySelector<HTMLElement>(FIRST) ?? overlay.querySelector<HTMLElement>(TABBABLE);
  element?.focus({ preventScroll: true });
}
