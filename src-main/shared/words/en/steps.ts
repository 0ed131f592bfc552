/** Sentences of the storey `steps`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const steps = {
  // steps
  notAnalysed: '"{{video}}" has not been analysed yet. Wait for its import, or see why that failed.',
  itIsNotAnalysed: 'it has not been analysed yet',
  nothingToSummarise: '"{{video}}" has no captions and no speech to summarise yet. Caption its shots first.',
  noClip: 'No clip could be written. First problem: {{where}}: {{reason}}',
  nothingSaid_one:
    'Nothing is said in this shot of "{{video}}", so there is nothing to narrate. Import its subtitles or transcribe its speech first.',
  nothingSaid_other:
    'Nothing is said in these shots of "{{video}}", so there is nothing to narrate. Import its subtitles or transcribe its speech first.',

  noRoomForArchive:
    'The copy needs {{needed, number}} MB, and the disk has {{free, number}} MB. Nothing was written. Free up space, choose another folder, or leave the video files out.',

  // name-place
  placed: '{{place}}: {{reason}}',
  theSpeech: 'The speech of "{{video}}"',
  theSummary: 'The summary of "{{video}}"',
  theFrames: 'The frames of "{{video}}"',
  theShot: 'Shot {{number}} of "{{video}}"',

  // jobs
  noProject: 'No project is open. Open or create one first.',
  queueFull:
    'The queue can hold {{most, number}} jobs at most, and {{undone, number}} are waiting, failed or cancelled, so nothing was added. Remove those you do not need, or wait until some are done.',

  // trial
  noModel: 'There is no model "{{model}}".',
  notTriedOnImage: '{{model}} cannot be tried on an image.',
  notTriedAlone: '{{model}} cannot be tried on its own.',
  noSample: 'This installation has no sample video to try a model on.',
  brokenSample: 'The sample video cannot be decoded. Reinstall the studio.',
  // import-dataset
  withoutFiles: 'Videos without their file: {{names}}',
  manyWithoutFiles_one: 'Videos without their file: {{names}} and {{count}} more',
  manyWithoutFiles_other: 'Videos without their file: {{names}} and {{count, number}} more',
  // jobs-service.ts
  jobTooLarge:
    'This is more than one job can do, so nothing was added. Select fewer shots or videos at a time, or let the job choose them itself.',
  jobsTooLarge:
    'The jobs that are waiting, failed or cancelled name more shots and videos than the queue can hold together with these, so nothing was added. Remove those you do not need, or wait until some are done.',
  // plan-context.ts
  videoGone: 'One of these videos is no longer in the project, so nothing was added. Select them again.',
  shotGone: 'One of these shots is no longer in "{{video}}", so nothing was added. Select them again.',

  // create-jobs.ts
  diskFull: 'The disk is full',
  jobsWaitForRoom:
    'Jobs are paused and continue once there is space again. Saved work is safe; edits are refused until then. Free up space on the disk of the project.',
  jobsOwed:
    'The videos are in the project, but their jobs could not be queued. They are queued once there is space again. Free up space on the disk of the project.',
  jobsFromElsewhere: 'Jobs from another computer are waiting',
  jobsHeld_one:
    'This project was not opened on this computer before, and a job in it was not finished. It waits in the queue: resume it if you want it, or remove it.',
  jobsHeld_other:
    'This project was not opened on this computer before, and {{count}} jobs in it were not finished. They wait in the queue: resume the ones you want and remove the rest.',
  queueIsFull: 'The queue is full',
  videosWithoutJobs_one:
    '{{count}} video has no jobs yet, because the queue can hold no more. Once there is room in it, close and open the project: a video that was not measured then gets its jobs.',
  videosWithoutJobs_other:
    '{{count, number}} videos have no jobs yet, because the queue can hold no more. Once there is room in it, close and open the project: those that were not measured then get their jobs.',

  // clips/run.ts
  moreFailed_one: '{{count}} more clip or video failed',
  moreFailed_other: '{{count}} more clips or videos failed',
  moreNotes_one: '{{count}} more note on clips',
  moreNotes_other: '{{count}} more notes on clips',
} as const;
