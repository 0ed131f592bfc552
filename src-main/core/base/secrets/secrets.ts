/** Keys and passwords. They are in no file that the core writes, and never go to clients, logs or exports. */
export interface Secrets {
  /** False where the system offers no safe place: secrets are forgotten when the studio ends. */
  isPersistent(): Promise<boolean>;
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  /** Removing what is not there is no error. */
  remove(name: string): Promise<void>;
}

/** Secrets that live as long as the process; `given` are there from the start. */
export function createSessionSecrets(given: ReadonlyMap<string, string> = new Map()): Secrets {
  const values = new Map(given);
  return {
    isPersistent: () => Promise.resolve(false),
    get: (name) => Promise.resolve(values.get(name) ?? null),
    set(name, value) {
      values.set(name, value);
      return Promise.resolve();
    },
    remove(name) {
      values.delete(name);
      return Promise.resolve();
    },
  };
}
