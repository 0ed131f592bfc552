/** Texts of the player. */
export const player = {
  transport: 'Player controls',
  stillAlt: 'The frame at the playhead',
  stillsOnly: 'This browser cannot decode {{codec}}. The video is shown frame by frame, without audio; everything else works as usual.',
  noStill: 'Frame {{frame}} could not be shown exactly. {{reason}}',
  goTo: 'Go to a time or frame',
  goToHint: '1:02.5 or 1562',
  frame: 'Frame',
  speed: 'Playback speed',
  speedIs: 'Playback speed: {{speed}}×',
  volume: 'Volume',
  noAudio: 'No audio',
} as const;

/** Texts of the pictures around a cut. */
export const cutCheck = {
  title: 'Cut check',
  none: 'No cuts yet.',
  firstShot: 'The first shot begins with the video, so there is no cut to check. Go to the next shot.',
  noPicture: 'No image',
  confirmed: 'Confirmed',
  score: 'Score {{percent}}%',
  lastOut: 'Last out',
  firstIn: 'First in',
  secondIn: 'Second in',
  actions: 'Change this cut',
  goTo: '{{label}} {{frame}}: go to this frame',
} as const;
