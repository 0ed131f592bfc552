/** Several people on one studio: who they are, what they may do, and what happens when two write the same. */
export const people = {
  ask: {
    title: 'What is your name?',
    text: 'Other people use this studio too. Your name appears beside what you write, and undo only affects your own steps.',
    label: 'Your name',
    placeholder: 'Ann',
    start: 'Start',
    once: 'You are asked only once in this browser. You can change it in the settings.',
  },
  role: { owner: 'Owner', annotator: 'Annotator' },
  you: 'You are {{name}}. Click to change your name',
  ownersOnly: 'Only the owner of this studio may do that.',
  ownersOnlyProjects: 'The owner of this studio chooses the project.',
  othersJob: 'Only the person who started this job or the owner of this studio may do that.',
  noProject: {
    title: 'No project is open',
    text: 'The owner of this studio chooses the project. As soon as one is open, it appears here.',
  },
  switched: { title: '{{name}} opened “{{project}}”', text: 'Everybody here now works on this project. Earlier work is saved.' },
  closed: { title: '{{name}} closed the project', text: 'Your work is saved.' },
  somebody: 'Somebody',
  conflict: {
    title: '{{name}} changed this text while you were writing',
    mine: 'Yours',
    safe: 'The version that you do not choose stays in the history of this text.',
    notJudged:
      'Somebody else changed this text, and your own text is still in the box, so no verdict was recorded. Choose a version first.',
    keepMine: 'Keep mine',
    takeTheirs: 'Take theirs',
    speech: 'It now says “{{text}}”: somebody else has changed it. Enter replaces it with your text, Escape keeps theirs.',
  },
} as const;
