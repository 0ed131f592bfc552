/** Texts of the player. */
export const player = {
  transport: 'Player controls',
  stillAlt: 'The frame at the playhead',
  stillsOnly: 'This browser has no decoder for {{codec}}. The film is shown frame by frame, without sound; everything else works as usual.',
  noStill: 'Frame {{frame}} could not be shown exactly. {{reason}}',
  goTo: 'Go to a time or frame',
  goToHint: '1:02.5 or 1562',
  frame: 'Frame',
  speed: 'Playing speed',
  speedIs: 'Playing speed: {{speed}}×',
  volume: 'Volume',
  noSound: 'No sound',
} as const;

/** Texts of the pictures around a cut. */
export const cutCheck = {
  title: 'Cut check',
  none: 'No cuts yet.',
  firstShot: 'The first shot begins with the video, so there is no cut to check. Go on to the next shot.',
  noPicture: 'No picture',
  confirmed: 'Confirmed',
  score: 'Score {{percent}} %',
  lastOut: 'Last out',
  firstIn: 'First in',
  secondIn: 'Second in',
  actions: 'Change this cut',
  goTo: '{{label}} {{frame}}: go to this frame',
} as const;
