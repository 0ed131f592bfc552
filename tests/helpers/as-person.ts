/** An account of every system, with no rights of its own. */
export const NOBODY = 65_534;

/** As a person works, to whom the modes of files mean something. */
export async function asPerson(work: () => Promise<void> | void): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
