import type { StepId } from '#shared/steps/from-steps.ts';
import { archivePlan } from './archive/plan.ts';
import { archiveJobKind } from './archive/run.ts';
import { captionPlan } from './caption/plan.ts';
import { captionJobKind } from './caption/run.ts';
import { clipsPlan } from './clips/plan.ts';
import { clipsJobKind } from './clips/run.ts';
import { detectPlan } from './detect/plan.ts';
import { detectJobKind } from './detect/run.ts';
import { exportJobKind } from './export/run.ts';
import { exportPlan } from './export/plan.ts';
import { importDatasetJobKind } from './import-dataset/run.ts';
import { importDatasetPlan } from './import-dataset/plan.ts';
import { importPlan } from './import/plan.ts';
import { importJobKind } from './import/run.ts';
import { readTextPlan } from './read-text/plan.ts';
import { readTextJobKind } from './read-text/run.ts';
import { defineRoom, type StepRoom } from './step-room.ts';
import { summarisePlan } from './summarise/plan.ts';
import { summariseJobKind } from './summarise/run.ts';
import { thumbnailsPlan } from './thumbnails/plan.ts';
import { thumbnailsJobKind } from './thumbnails/run.ts';
import { transcribePlan } from './transcribe/plan.ts';
import { transcribeJobKind } from './transcribe/run.ts';
import { validatePlan } from './validate/plan.ts';
import { validateJobKind } from './validate/run.ts';
import { waveformPlan } from './waveform/plan.ts';
import { waveformJobKind } from './waveform/run.ts';

/** The room of each step: how it is planned, and how it is done. */
export const rooms: Readonly<Record<StepId, StepRoom>> = {
  import: defineRoom(importPlan, importJobKind),
  thumbnails: defineRoom(thumbnailsPlan, thumbnailsJobKind),
  waveform: defineRoom(waveformPlan, waveformJobKind),
  detect: defineRoom(detectPlan, detectJobKind),
  'read-text': defineRoom(readTextPlan, readTextJobKind),
  transcribe: defineRoom(transcribePlan, transcribeJobKind),
  caption: defineRoom(captionPlan, captionJobKind),
  summarise: defineRoom(summarisePlan, summariseJobKind),
  export: defineRoom(exportPlan, exportJobKind),
  clips: defineRoom(clipsPlan, clipsJobKind),
  'import-dataset': defineRoom(importDatasetPlan, importDatasetJobKind),
  archive: defineRoom(archivePlan, archiveJobKind),
  validate: defineRoom(validatePlan, validateJobKind),
};
