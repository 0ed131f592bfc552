import type { ReadOnlyReason } from './project.ts';
import { type Words, words } from '../words/words.ts';

const READ_ONLY: Readonly<Record<ReadOnlyReason, Words>> = {
  'other-studio': words('project.readOnlyOtherStudio'),
  folder: words('project.readOnlyFolder'),
  newer: words('project.readOnlyNewer'),
  'disk-full': words('project.readOnlyDiskFull'),
  damaged: words('project.readOnlyDamaged'),
  'disk-error': words('project.readOnlyDiskError'),
  moved: words('project.readOnlyMoved'),
  deleted: words('project.readOnlyDeleted'),
  asked: words('project.readOnlyAsked'),
};

/** Why a project can only be read, and what may end that: for the page, notices and the command line. */
export function readOnlyWords(reason: ReadOnlyReason): Words {
  return READ_ONLY[reason];
}
