/** `dirty`: typed, not sent yet. `failed`: the words are kept in the box and sent again with the next change or flush. */
export type SaveState = 'clean' | 'dirty' | 'saving' | 'saved' | 'failed';

export interface Autosave {
  /** Call with each change of the box. */
  type(text: string): void;
  /** Sends at once what waits. Resolves when nothing is unsaved, or sending failed. */
  flush(): Promise<void>;
  state(): SaveState;
  /** The words typed and not yet known to be stored; null when there are none. Shown in place of the server's. */
  pending(): string | null;
}

export interface AutosaveOptions {
  readonly save: (text: string) => Promise<unknown>;
  readonly onState: (state: SaveState) => void;
  readonly delayMs?: number;
}

export const AUTOSAVE_DELAY_MS = 400;

/**
 * Saves a text box by itself, soon after typing stops. One save at a time and always the newest words: what is typed during
 * a save is sent after it, so the last words win whatever the order of answers.
 */
export function createAutosave({ save, onState, delayMs = AUTOSAVE_DELAY_MS }: AutosaveOptions): Autosave {
  let unsaved: string | null = null;
  let state: SaveState = 'clean';
  let timer: ReturnType<typeof setTimeout> | null = null;
  let running: Promise<void> | null = null;

  function setState(next: SaveState): void {
    state = next;
    onState(next);
  }

  function stopTimer(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  async function sendAll(): Promise<void> {
    while (unsaved !== null) {
      const text: string = unsaved;
      setState('saving');
      try {
        await save(text);
      } catch {
        // The caller's mutation has told the person; here only the words matter: they stay unsaved.
        setState('failed');
        return;
      }
      if (unsaved === text) {
        unsaved = null;
        setState('saved');
      }
    }
  }

  function flush(): Promise<void> {
    stopTimer();
    running ??= sendAll().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    type(text) {
      unsaved = text;
      stopTimer();
      timer = setTimeout(() => void flush(), delayMs);
      if (state !== 'saving') setState('dirty');
    },
    flush,
    state: () => state,
    pending: () => unsaved,
  };
}
