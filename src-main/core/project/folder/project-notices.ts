import type { Events } from '#shared/contract/events.ts';
import type { ReadOnlyReason } from '#shared/domain/project.ts';
import type { LostWork } from './project-state.ts';

/** What a project can only be read for: what happened and what to do. */
const READ_ONLY: Readonly<Record<ReadOnlyReason, string>> = {
  'other-studio': 'It is open in another Shotluck Studio. Close it there, then open it again to change it.',
  folder: 'Its folder cannot be written to. Make it writable, or copy the project elsewhere, to change it.',
  newer: 'It was made by a newer Shotluck Studio; this one shows what it can and does not change the file. Update the studio to change it.',
  'disk-full': 'The disk is full. Free up space: it can be changed as soon as there is some.',
  damaged: 'Its file is damaged. Nothing more will be written to it; what is in it is shown as far as it can be read. Restore a backup.',
  'disk-error':
    'Its disk reports errors when the file is read, so nothing more will be written to it. Check the disk or the network, then open it again to change it.',
  moved:
    'Its folder was moved, renamed or replaced while it was open. Everything up to then is saved in it. Open it from its new location.',
  deleted:
    'Its folder, or a file in it, was deleted or moved to another disk while it was open. What was written last may be missing there.',
  asked: 'You opened it read-only. Open it normally to change it.',
};

export function readOnlyReason(reason: ReadOnlyReason): string {
  return READ_ONLY[reason];
}

export function readOnlyNotice(name: string, reason: ReadOnlyReason): Events['notice'] {
  const isTrouble = reason === 'damaged' || reason === 'disk-error' || reason === 'moved' || reason === 'deleted' || reason === 'disk-full';
  return { level: isTrouble ? 'error' : 'warning', title: `"${name}" is open read-only`, message: READ_ONLY[reason] };
}

export function writableNotice(name: string): Events['notice'] {
  return { level: 'info', title: `"${name}" can be changed again`, message: 'Its disk has room again.' };
}

export function rescuedNotice(name: string, rescued: string): Events['notice'] {
  return {
    level: 'error',
    title: `"${name}" was saved as "${rescued}"`,
    message: `${READ_ONLY.deleted} The studio still had all of it and saved it as a project of its own, which is in the list of recent projects. Exports, written clips and backups are not in it.`,
  };
}

export function notRescuedNotice(name: string, reason: string): Events['notice'] {
  return {
    level: 'error',
    title: `"${name}" is not saved`,
    message: `${READ_ONLY.deleted} The studio still has all of it, but could not save it: ${reason} Put that right; it is tried again when the project is closed. Until then do not end the studio by force.`,
  };
}

export function lostWorkNotice(name: string, lost: LostWork): Events['notice'] {
  return {
    level: 'error',
    title: `The last work on "${name}" may be missing`,
    message: `${whatIsLost(lost)} Look for the file where the project was before, or compare with the backups: "Backups…" in the project menu.`,
  };
}

function whatIsLost(lost: LostWork): string {
  switch (lost.kind) {
    case 'log-missing':
      return 'The file "project.db-wal", which holds the last edits, is missing: the project may have been copied or moved without it.';
    case 'log-damaged':
      return `The file "project.db-wal", which holds the last edits, was damaged outside the studio: ${lost.transactions} of the last changes in it could not be read.`;
    case 'steps-missing':
      return `At least ${lost.steps} of the last edits are missing: the project file is an older one, or its write-ahead log was damaged.`;
  }
}
