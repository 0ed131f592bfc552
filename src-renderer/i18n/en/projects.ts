/** Start screen, opening and making projects. */
export const start = {
  tagline: 'Split videos into shots, caption them with local models, review, export.',
  new: { title: 'New project', text: 'Start with your own videos. They stay where they are.' },
  open: { title: 'Open project…', text: 'A .shotluck folder on this computer.' },
  sample: { title: 'Open the sample project', text: 'A short video to try everything on. It is split and captioned while you watch.' },
  recent: 'Recent projects',
  missing: 'Not found',
  missingText: 'Its folder was moved, renamed or deleted, or its drive is not connected. Once it is back, it can be opened again.',
  broken: 'Cannot be opened',
  brokenActions: {
    retry: 'Try again',
    restore: 'Restore a backup…',
    read: 'Open read-only',
    copyPath: 'Copy the folder’s path',
    copied: 'Copied',
  },
  backups: {
    title: 'Backups of {{name}}',
    open: 'Backups…',
    note: 'Backups are made automatically while you work and when the project closes. When you restore a backup, the state it replaces is kept here too.',
    now: 'Back up now',
    none: 'There are no backups of this project yet. The first is made within minutes of a change, and when the project closes.',
    restore: 'Restore',
    restoreNamed: 'Restore the backup of {{when}}',
    confirmTitle: 'Restore the state of {{when}}?',
    confirm:
      'The project returns to that state. Its current file is kept among the backups, so nothing is deleted. Your videos are not changed.',
    unreadable: 'Cannot be read',
    notCounted: 'Not counted, because that takes long',
    videos_one: '{{count}} video',
    videos_other: '{{count}} videos',
    shots_one: '{{count}} shot',
    shots_other: '{{count}} shots',
    texts_one: '{{count}} text',
    texts_other: '{{count}} texts',
    kind: { 'before-update': 'before an update', 'set-aside': 'replaced by a restore' },
  },
  forget: 'Remove from this list',
  forgetNamed: 'Remove {{name}} from this list',
  dropHint: 'Or drop videos and folders anywhere in this window.',
  menu: { library: 'Go to the library' },
  newDialog: {
    title: 'New project',
    name: 'Name',
    placeholder: 'Holiday videos',
    location: 'Where to keep it',
    defaultLocation: 'The studio’s own projects folder',
    choose: 'Choose…',
    note: 'A project holds shots, captions and their history. Your videos are never moved or changed.',
    create: 'Create project',
  },
} as const;

/** Why the open project can only be read, as the core words it. */
export const readOnly = {
  because: 'Read-only. {{reason}}',
  tryAgain: 'Open for editing',
} as const;
