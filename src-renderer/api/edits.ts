import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { projectOnScreen } from './project-on-screen.ts';

/** How one cached answer changes: shown before the core has answered, or written when it has. */
export interface AnswerChange {
  readonly queryKey: QueryKey;
  readonly change: (answer: unknown) => unknown;
}

/** One thing that a person changed. What it is about was decided when the key was pressed: nothing in it asks for "the current shot". */
export interface Edit<T> {
  /** What the screen shows from now on, until the core has answered. */
  readonly shows?: readonly AnswerChange[];
  /** Asks the core. Called when every edit before this one has been answered. */
  readonly send: () => Promise<T>;
  /** What the answer says of cached answers. */
  readonly learns?: (answer: T) => readonly AnswerChange[];
  /** While the newest edit that waits has the same key, this one takes its place: of a key held down only the last place counts. */
  readonly key?: string;
  /** Not sent before this is fulfilled, nor at all when it is rejected; edits behind it wait too, but for those of `mayOvertake`. */
  readonly after?: Promise<unknown>;
  /** Words typed before whatever waits for them. */
  readonly mayOvertake?: boolean;
}

/**
 * Everything that people change, one after the other. The screen shows an edit at once, the core receives it when it has answered the
 * one before: so each press acts on what its person sees, however slow the core is, and undo takes back what came last.
 */
export interface Edits {
  /** Resolves or rejects with the core's answer; the same for edits that took each other's place. */
  run<T>(edit: Edit<T>): Promise<T>;
  /** What the core says of cached answers, whoever asked: with what has been changed here since. */
  learn(changes: readonly AnswerChange[]): void;
  /** A fresh answer of the core as the screen shows it: with what has been changed since. */
  withPending<T>(queryKey: QueryKey, answer: T): T;
  /** True while an edit waits for its answer. */
  isBusy(): boolean;
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>;
  /** The page is going away: whatever waits is sent at once, in order. */
  hurry(): void;
}

interface Entry {
  edit: Edit<unknown>;
  /** The project on the screen when it was made. */
  readonly project: string | null;
  isReady: boolean;
  readonly answer: PromiseWithResolvers<unknown>;
}

/** A change of a cached answer with its types; the key says what the answer is. */
export function changeOf<T>(queryKey: QueryKey, change: (answer: T) => T): AnswerChange {
  return { queryKey, change: (answer) => change(answer as T) };
}

export function createEdits(queryClient: QueryClient): Edits {
  const waiting: Entry[] = [];
  const inFlight = new Set<Entry>();
  const shown = createShownAnswers(queryClient, () => [...inFlight, ...waiting].map(({ edit }) => edit));

  function enqueue(edit: Edit<unknown>): Promise<unknown> {
    const last = waiting.at(-1);
    if (edit.key !== undefined && last?.edit.key === edit.key) {
      last.edit = edit;
      shown.refresh(keysOf(edit));
      return last.answer.promise;
    }
    const entry: Entry = {
      edit,
      project: projectOnScreen(queryClient),
      isReady: edit.after === undefined,
      answer: Promise.withResolvers(),
    };
    shown.begin(keysOf(edit));
    waiting.push(entry);
    shown.refresh(keysOf(edit));
    const ready = (): void => {
      entry.isReady = true;
      sendNext();
    };
    edit.after?.then(ready, (error: unknown) => {
      waiting.splice(waiting.indexOf(entry), 1);
      fail(entry, error);
    });
    sendNext();
    return entry.answer.promise;
  }

  function sendNext(isHurried = false): void {
    while (isHurried || inFlight.size === 0) {
      const index = waiting[0]?.isReady === true ? 0 : waiting.findIndex((entry) => entry.edit.mayOvertake === true);
      const [entry] = index < 0 ? [] : waiting.splice(index, 1);
      if (entry === undefined) return;
      void send(entry);
    }
  }

  async function send(entry: Entry): Promise<void> {
    const { edit } = entry;
    inFlight.add(entry);
    try {
      if (entry.project !== null && projectOnScreen(queryClient) !== entry.project)
        throw new AppError('no-project', words('app.otherProjectOpened'));
      const answer = await edit.send();
      inFlight.delete(entry);
      shown.learn(edit.learns?.(answer) ?? [], keysOf(edit));
      entry.answer.resolve(answer);
    } catch (error) {
      inFlight.delete(entry);
      fail(entry, error);
      return;
    }
    sendNext();
  }

  function fail(entry: Entry, error: unknown): void {
    shown.doubt(keysOf(entry.edit));
    entry.answer.reject(error);
    sendNext();
  }

  return {
    run: <T>(edit: Edit<T>) => enqueue(edit as Edit<unknown>) as Promise<T>,
    learn: (changes) => shown.learn(changes, []),
    withPending: shown.withPending,
    isBusy: () => inFlight.size + waiting.length > 0,
    async settled() {
      while (inFlight.size + waiting.length > 0) {
        const last = waiting.at(-1) ?? [...inFlight].at(-1);
        // A failure has been reported to whoever asked.
        await last?.answer.promise.catch(() => undefined);
      }
    },
    hurry: () => sendNext(true),
  };
}

const keysOf = ({ shows = [] }: Edit<unknown>): QueryKey[] => shows.map(({ queryKey }) => queryKey);

/** The cache holds what the screen shows; what the core said is kept beside it for as long as an edit of it waits. */
function createShownAnswers(queryClient: QueryClient, pending: () => readonly Edit<unknown>[]) {
  const coreAnswers = new Map<string, unknown>();
  const nameOf = (queryKey: QueryKey): string => JSON.stringify(queryKey);

  function apply(queryKey: QueryKey, answer: unknown): unknown {
    if (answer === undefined) return answer;
    const name = nameOf(queryKey);
    const changes = pending().flatMap(({ shows = [] }) => shows.filter((change) => nameOf(change.queryKey) === name));
    return changes.reduce<unknown>((result, { change }) => {
      try {
        return change(result);
      } catch {
        // Impossible now, or true already: then it shows nothing, and the core says what is wrong with it.
        return result;
      }
    }, answer);
  }

  function refresh(keys: readonly QueryKey[]): void {
    for (const queryKey of keys) {
      const name = nameOf(queryKey);
      if (!coreAnswers.has(name)) continue;
      const answer = coreAnswers.get(name);
      queryClient.setQueryData(queryKey, apply(queryKey, answer));
      const isDone = pending().every(({ shows = [] }) => shows.every((change) => nameOf(change.queryKey) !== name));
      if (isDone) coreAnswers.delete(name);
    }
  }

  function write({ queryKey, change }: AnswerChange): void {
    const name = nameOf(queryKey);
    if (coreAnswers.has(name)) coreAnswers.set(name, change(coreAnswers.get(name)));
    else queryClient.setQueryData(queryKey, (answer: unknown) => (answer === undefined ? answer : change(answer)));
  }

  return {
    begin(keys: readonly QueryKey[]): void {
      for (const queryKey of keys) {
        const name = nameOf(queryKey);
        if (!coreAnswers.has(name)) coreAnswers.set(name, queryClient.getQueryData(queryKey));
      }
    },
    refresh,
    learn(changes: readonly AnswerChange[], keys: readonly QueryKey[]): void {
      for (const change of changes) write(change);
      refresh([...keys, ...changes.map(({ queryKey }) => queryKey)]);
    },
    /** What was shown may be wrong: the core is asked again. */
    doubt(keys: readonly QueryKey[]): void {
      refresh(keys);
      for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
    },
    withPending<T>(queryKey: QueryKey, answer: T): T {
      const name = nameOf(queryKey);
      if (!coreAnswers.has(name)) return answer;
      coreAnswers.set(name, answer);
      return apply(queryKey, answer) as T;
    },
  };
}
