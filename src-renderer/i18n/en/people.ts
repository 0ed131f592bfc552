/** Several people on one studio: who they are, what they may do, and what happens when two write the same. */
export const people = {
  ask: {
    title: 'What is your name?',
    text: 'Others work on this studio too. Your name appears beside what you write, and undo takes back only your own steps.',
    label: 'Your name',
    placeholder: 'Ann',
    start: 'Start',
    once: 'Asked once in this browser. You can change it in the settings.',
  },
  role: { owner: 'Owner', annotator: 'Annotator' },
  you: 'You are {{name}}. Click to change your name',
  ownersOnly: 'Only the owner of this studio may do that.',
  ownersOnlyProjects: 'The owner of this studio chooses the project.',
  othersJob: 'Only whoever asked for this job, or the owner of this studio, may do that.',
  noProject: { title: 'No project is open', text: 'The owner of this studio chooses what is worked on. As soon as a project is open, it appears here.' },
  switched: { title: '{{name}} opened “{{project}}”', text: 'It is the project that everybody here works on now. What was done before is stored.' },
  closed: { title: '{{name}} closed the project', text: 'What you did is stored.' },
  somebody: 'Somebody',
  conflict: {
    title: '{{name}} changed this text while you wrote',
    mine: 'Yours',
    safe: 'The version that you do not choose stays in the history of this text.',
    notJudged: 'Somebody else changed this text, and your words are still in the box, so nothing was judged. Choose a version first.',
    keepMine: 'Keep mine',
    takeTheirs: 'Take theirs',
    speech: 'It says “{{text}}” by now: somebody changed it meanwhile. Enter writes yours in its place, Escape leaves theirs.',
  },
} as const;
