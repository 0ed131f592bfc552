/** Sentences of the storey `app`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const app = {
  // handlers, sample-project
  notYourJob: 'Only the person who started a job or the owner of this studio may stop it or start it again. Nothing was changed.',
  notYoursToReplace:
    'Only the owner of this studio may put another file in the place of a video: cuts after its end would be lost. Nothing was changed. Add it as a video of its own.',
  noSample: 'This copy of the studio has no sample video. Add a video of your own instead.',

  // rpc
  noProcedure: 'There is no procedure {{path}}.',
  tooLarge: '{{path}}: this is larger than anything the studio accepts.',
  wrongInput: '{{path}}: {{problem}}',
  ownersOnly: 'Only the owner of this studio, who opened it with the owner’s address, may do that. Nothing was changed.',
  nameFirst: 'Enter your name first, so that it can be shown with what you do. Nothing was changed.',
  cancelled: '{{path}} was cancelled.',
  cancelledInLine: 'Cancelled before it started.',
  tooManyCalls:
    'This window has sent more requests than the studio can handle at once, so this one was not carried out. Nothing was changed. Try again in a moment.',
  unexpected: 'Something went wrong unexpectedly. Nothing was changed; the log has the details.',

  // media-urls
  tooManyImages: 'Too many images were requested at once. Try again in a moment.',
  imageNotNeeded: 'This image is no longer needed.',

  // people
  noPersonName: 'You cannot use the name “{{name}}” here. Choose another one.',
  nameTaken: 'Somebody here already uses the name “{{name}}”. Choose another one, so that each of you can undo only your own steps.',
  sessionEnded: 'This session has ended. Open the studio’s address again. Your work is saved.',
  // handlers.ts
  otherProjectOpened: 'Another project was opened before this was done. Nothing was changed in it. Do it again where you need it.',
  // rpc/serve-client.ts
  answerTooLong: 'The answer to this is longer than can be sent at once, so it cannot be shown here. Nothing that was saved is lost.',

  // sample-project.ts
  sampleNotOpened: 'The sample project was not opened',

  // people/owner-names.ts
  ownerNamesDamaged: 'The list of the owners’ names was damaged',
  ownerNamesAgain:
    'Owners of this studio: open it and enter your names again before annotators come, so that nobody else can take them. Projects are not affected. The old list was kept as {{file}}.',
} as const;
