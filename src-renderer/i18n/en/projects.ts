/** Start screen, opening and making projects. */
export const start = {
  tagline: 'Split films into shots, caption them with local models, review, export.',
  new: { title: 'New project', text: 'Begin with your own videos. They stay where they are.' },
  open: { title: 'Open project…', text: 'A .shotluck folder on this computer.' },
  sample: { title: 'Open the sample project', text: 'A short film to try everything on. It is split and captioned while you watch.' },
  recent: 'Recent projects',
  missing: 'Not found',
  forget: 'Remove from this list',
  forgetNamed: 'Remove {{name}} from this list',
  dropHint: 'Or drop videos and folders anywhere in this window.',
  menu: { library: 'Go to the library' },
  newDialog: {
    title: 'New project',
    name: 'Name',
    placeholder: 'Holiday films',
    location: 'Where to keep it',
    defaultLocation: 'The studio’s own projects folder',
    choose: 'Choose…',
    note: 'A project holds shots, captions and their history. Your videos are never moved or changed.',
    create: 'Create project',
  },
} as const;
