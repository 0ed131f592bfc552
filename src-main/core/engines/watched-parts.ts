/**
 * What a worker's main thread and its watchdog agree on. The thread of the watchdog loads this and nothing else of ours: libraries loaded a second
 * time beside the first cost each start of a worker a quarter of a second, and each caption after it.
 */

/** Parts of a model's folder that are programs of sorts: an expression or a loop in them may take for ever. */
export const LIMITED_PARTS = ['tokenizer', 'chat template'] as const;
export type LimitedPart = (typeof LIMITED_PARTS)[number];

/** Cells of the shared memory: the part that is running (0: none), and a number that rises with each beginning. */
export const PART = 0;
export const BEGINNING = 1;

export interface WatchdogData {
  readonly cells: Int32Array;
  /** The process whose end is this one's as well. */
  readonly corePid: number;
  readonly limitMs: number;
}

/** What the watchdog prints before it ends the process, followed by the part that took too long. */
export const MARK = 'shotluck-over-limit: ';
