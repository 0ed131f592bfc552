/** Sentences of the storey `jobs`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const jobs = {
  // job-queue.ts
  blocked: 'Not started, because "{{title}}" failed. Retry that job; this one then starts automatically.',
  stopped: 'The job was stopped ({{reason}})',
  recordUnreadable: 'The record of this job cannot be read, so it cannot be started. Remove it and start the work again.',
  crashed:
    'The studio stopped unexpectedly {{attempts}} times during this job, so the job was stopped. Finished parts are kept. Retry it, or see the log.',
  readOnlyProject: 'The project is open read-only: data sets can be exported, but other jobs cannot run.',
  givenUp: 'This job did not stop when it was asked to, so it was given up, and what it did afterwards is not kept.',
  isDone: 'This job is done already, so it does not run again. Start the work anew.',
  notFinished: 'This job is not finished. Cancel it first.',

  // job-repository.ts
  gone: 'This job is no longer in the queue.',

  // job-failure.ts
  diskFull:
    'The disk is full. Finished parts are kept. Free up space: the job continues automatically soon after, or at once with "Resume".',
  readOnly: 'The project is read-only now, so nothing more can be saved. Finished parts are kept.',
  damaged: 'The project file is damaged, so nothing more can be saved. Restore a backup, then resume the job.',
  failed: 'Something went wrong unexpectedly. Finished parts are kept; the log has the details. Retry the job.',
} as const;
