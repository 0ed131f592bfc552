import { AppError } from '#shared/contract/errors.ts';

/**
 * `dirty`: typed, not sent yet. `failed`: the words are kept in the box and sent again with the next change or flush. `conflict`:
 * somebody else wrote on meanwhile; the words are kept, and nothing is sent until the person has decided.
 */
export type SaveState = 'clean' | 'dirty' | 'saving' | 'saved' | 'failed' | 'conflict';

export interface Autosave {
  /** Call with each change of the box. */
  type(text: string): void;
  /** Sends at once what waits. Resolves when nothing is unsaved, or sending failed. */
  flush(): Promise<void>;
  /** After a conflict: sends the words after all, or lets them go. */
  settle(keeps: boolean): Promise<void>;
  /** Takes up words of an earlier visit; `isConflict`: the text has changed since. */
  restore(text: string, isConflict: boolean): void;
  state(): SaveState;
  /** The words typed and not yet known to be stored; null when there are none. Shown in place of the server's. */
  pending(): string | null;
}

export interface AutosaveOptions {
  readonly save: (text: string) => Promise<unknown>;
  readonly onState: (state: SaveState) => void;
  readonly delayMs?: number;
}

/** True for the failure of a save that somebody else's words stand in the way of. */
function isConflict(error: unknown): boolean {
  return error instanceof AppError && error.code === 'conflict';
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
      } catch (error) {
        // The caller's mutation has shown the error; here only the words matter: they stay unsaved.
        setState(isConflict(error) ? 'conflict' : 'failed');
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
    if (state === 'conflict') return Promise.resolve();
    running ??= sendAll().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    type(text) {
      unsaved = text;
      stopTimer();
      if (state === 'conflict') return;
      timer = setTimeout(() => void flush(), delayMs);
      if (state !== 'saving') setState('dirty');
    },
    flush,
    settle(keeps) {
      if (!keeps) unsaved = null;
      setState(keeps ? 'dirty' : 'clean');
      return flush();
    },
    restore(text, conflicts) {
      unsaved = text;
      setState(conflicts ? 'conflict' : 'dirty');
      void flush();
    },
    state: () => state,
    pending: () => unsaved,
  };
}
