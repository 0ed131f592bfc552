import { archiveStep } from './archive.ts';
import { captionStep } from './caption.ts';
import { clipsStep } from './clips.ts';
import { detectStep } from './detect.ts';
import { exportStep } from './export.ts';
import { importDatasetStep } from './import-dataset.ts';
import { importStep } from './import.ts';
import { readTextStep } from './read-text.ts';
import { summariseStep } from './summarise.ts';
import { thumbnailsStep } from './thumbnails.ts';
import { transcribeStep } from './transcribe.ts';
import { validateStep } from './validate.ts';
import { waveformStep } from './waveform.ts';

/** Every step that there is, those of a video in the order in which they follow each other. */
export const steps = [
  importStep,
  thumbnailsStep,
  waveformStep,
  detectStep,
  readTextStep,
  transcribeStep,
  captionStep,
  summariseStep,
  exportStep,
  clipsStep,
  importDatasetStep,
  archiveStep,
  validateStep,
] as const;
