/** Sentences of the storey `wire`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const wire = {
  // client, connection
  cancelled: '{{path}} was cancelled',
  closed: 'The connection to the studio core was closed. Saved work is safe.',
  notSent: 'The studio is reconnecting to its core, so this change was not sent. Saved work is safe.',
  noProcedure: 'No procedure {{path}}',
  noServer: 'The server is not responding.',
  sessionEnded: 'This session has ended.',
  textTooLong: 'A text can have {{limit, number}} characters at most. Yours is kept in its box.',
  noMedia: '{{path}} was not found ({{status}}).',

  // uploads
  lost: 'The connection to the studio was lost.',
  uploadChanged: '{{file}} was not uploaded: it was changed or can no longer be read. Add it again.',
  uploadBrokenOff:
    '{{file}} was not uploaded: the studio cannot be reached. The part that arrived is kept for a day; add the file again to continue the upload.',
  notUploaded: 'The file was not uploaded: {{reason}}',
  answered: 'the server answered {{status}} {{text}}',

  // shot-edit
  noSuchFrame: 'Frame {{frame}} is not in this video, so no shot can start there.',
  startsAlready: 'A shot already starts at frame {{frame}}.',
  mergeTwo: 'Select at least two shots to merge.',
  mergedShotGone: 'One of the shots to merge no longer exists.',
  notNeighbours: 'Only neighbouring shots can be merged: select the shots between them too.',
  firstShotStart: 'The first shot always starts with the video, so its start cannot be moved.',
  startBetween: 'Each shot needs at least one frame: this one can start between frames {{from}} and {{to}}.',
  firstShotTransition: 'The first shot has no shot before it, so it has no transition.',
  transitionBetween: 'A transition into this shot must lie between frames {{from}} and {{to}} and include frame {{start}}.',
  cutOutside: 'A cut at frame {{frame}} is outside the video, which has {{count}} frames.',
  shotGone: 'This shot no longer exists.',
} as const;
