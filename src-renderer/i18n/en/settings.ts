/** Settings, history, palettes. */
export const settings = {
  title: 'Settings',
  note: 'Changes are stored as you make them.',
  sections: { general: 'General', shots: 'Shots', captions: 'Captions', about: 'About' },
  userName: { label: 'Your name', text: 'Stands beside everything you write or accept.' },
  theme: { label: 'Colours', system: 'As the system', light: 'Light', dark: 'Dark' },
  keymap: { label: 'Keyboard shortcuts', text: 'Press ? at any time to see them.', studio: 'Studio', losslesscut: 'LosslessCut', nle: 'Video editor (NLE)' },
  afterImport: {
    label: 'After adding a video',
    text: 'Runs by itself, in this order.',
    autoDetect: 'Find the shots',
    autoReadText: 'Read the text on the screen',
    autoCaption: 'Draft a caption for each shot',
    autoSummarise: 'Draft a summary',
  },
  detector: 'Shot detector',
  minShot: { label: 'Shortest shot', text: 'Shorter ones are joined to a neighbour.' },
  captioner: 'Captioning model',
  frames: { label: 'Frames per shot', text: 'What the model sees of each shot, 1 to 8. More is slower.' },
  prompt: {
    label: 'Prompt',
    text: '{asr} stands for the speech of the shot, {screen_text} for the text on its screen, {previous} for the caption of the shot before, {title} for the name of the video, {index} for the number of the shot.',
    reset: 'Back to the standard prompt',
  },
  narrationPrompt: { label: 'Prompt for narration captions', text: 'May use the same names; {previous} is the narration of the shot before.' },
  titleCards: { label: 'Title cards are captioned by the text on them', text: 'Instead of by the model, once the text on the screen was read.' },
  candidateCount: { label: 'Several candidates', text: 'How many texts Shift+G writes, 2 to 4. The first is written as always, the others vary.' },
  maxTokens: { label: 'Longest caption (tokens)', text: '200 words take about 300; small models end earlier.' },
  noRepeat: { label: 'Repetition guard', text: 'So many tokens in a row are not said twice. 0: off.' },
  temperature: { label: 'Temperature', text: '0: always the likeliest word.' },
  topP: 'Top-p',
  device: {
    label: 'Runs on',
    auto: 'The best there is',
    unavailable: '{{device}} (not available here)',
    text: 'A GPU where there is one that works, else the processor. What does not run there falls back to the processor and says so.',
  },
  engineUnavailable: '{{title}} (not available)',
  about: { system: 'System', providers: 'Models run on', cpus: 'Processor cores' },
} as const;

export const history = {
  title: 'History',
  text: 'Every step, by people and by models, newest first.',
  empty: { title: 'No steps yet', text: 'What you and the models do to this project is listed here.' },
  columns: { step: 'Step', video: 'Video', actor: 'Who', when: 'When' },
  changes: '{{count}} changes',
  undone: 'Undone',
} as const;

export const search = {
  placeholder: 'Search captions, summaries and text on the screen of all videos',
  hint: 'Type a word or the beginning of one.',
  searching: 'Searching…',
  nothing: 'Nothing found for “{{text}}”.',
  kind: { visual: 'Caption', narration: 'Narration', summary: 'Summary', 'screen-text': 'On screen' },
} as const;

export const palette = { placeholder: 'Find a command', nothing: 'No command is called that.' } as const;

export const cheatSheet = { title: 'Keyboard shortcuts', filter: 'Filter' } as const;
