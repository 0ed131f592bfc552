import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { createUntilWritten } from '#core/base/files/until-written.ts';
import type { JobQueue } from '#core/jobs/job-queue.ts';

export interface OwedJobsParts {
  /** Of the open project; throws where there is none. */
  queue(): JobQueue;
  /** Once for each time that it stops working. */
  onFailure(error: unknown): void;
}

/**
 * Jobs that follow from what is stored already, as from adding videos: that there is no room to store them, too, makes no failure of a command that was carried out.
 * They are queued as soon as they can be, while the project is open; at its next opening videos that were never measured get theirs.
 */
export function createOwedJobs({ queue, onFailure }: OwedJobsParts) {
  const owed = new Set<{ readonly jobs: JobQueue; enqueue(): void }>();
  const writing = createUntilWritten({
    write() {
      for (const each of owed) {
        if (isOpen(each.jobs)) enqueueNow(each.enqueue);
        owed.delete(each);
      }
    },
    onFailure,
  });

  function isOpen(jobs: JobQueue): boolean {
    try {
      return queue() === jobs;
    } catch {
      return false;
    }
  }

  /** What no room on the disk mends is not tried again. */
  function enqueueNow(enqueue: () => void): void {
    try {
      enqueue();
    } catch (error) {
      if (storageTrouble(error) === 'full') throw error;
      onFailure(error);
    }
  }

  return {
    /** Queues now, else later; never throws for what the disk or the queue does not take. */
    enqueue(enqueue: () => void): void {
      owed.add({ jobs: queue(), enqueue });
      writing.now();
    },
  };
}
