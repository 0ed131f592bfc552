import type { Events } from '#shared/contract/events.ts';
import type { ReadOnlyReason } from '#shared/domain/project.ts';
import type { LostWork } from './project-state.ts';

/** What a project can only be read for: what happened and what to do. */
const READ_ONLY: Readonly<Record<ReadOnlyReason, string>> = {
  'other-studio': 'It is open in another Shotluck Studio. Close it there, then open it again to change it.',
  folder: 'Its folder cannot be written to. Make it writable, or copy the project elsewhere, to change it.',
  newer: 'It was made by a newer Shotluck Studio; this one shows what it knows of it and leaves the file as it is. Update the studio to change it.',
  'disk-full': 'The disk is full. Make room, then open it again to change it.',
  damaged: 'Its file is damaged. Nothing more is written to it; what was stored before is shown as far as it can be read. Restore a backup.',
  moved: 'Its folder was moved, renamed or replaced while it was open. Everything up to then is stored in it. Open it at its new place.',
  asked: 'Open it again without that to change it.',
};

export function readOnlyReason(reason: ReadOnlyReason): string {
  return READ_ONLY[reason];
}

export function readOnlyNotice(name: string, reason: ReadOnlyReason): Events['notice'] {
  const isTrouble = reason === 'damaged' || reason === 'moved' || reason === 'disk-full';
  return { level: isTrouble ? 'error' : 'warning', title: `"${name}" is open for reading only`, message: READ_ONLY[reason] };
}

export function lostWorkNotice(name: string, lost: LostWork): Events['notice'] {
  return { level: 'error', title: `The last work on "${name}" may be missing`, message: `${whatIsLost(lost)} Look for the file where the project was before, or compare with the backups: "Backups…" in the project menu.` };
}

function whatIsLost(lost: LostWork): string {
  switch (lost.kind) {
    case 'log-missing':
      return 'The file "project.db-wal", which holds the last edits, is missing: the project was perhaps copied or moved without it.';
    case 'log-damaged':
      return `The file "project.db-wal", which holds the last edits, was damaged outside the studio: ${lost.transactions} of the last steps in it could not be read.`;
    case 'steps-missing':
      return `At least ${lost.steps} of the last edits are not in it: its file is an older one, or its write-ahead log was damaged.`;
  }
}
