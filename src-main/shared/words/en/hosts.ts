/** Sentences of the storey `hosts`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const hosts = {
  // common
  noDataDir:
    'The studio cannot write to its own folder {{folder}} ({{code}}). Make it writable, or set SHOTLUCK_DATA_DIR to another folder.',
  noLog: 'The studio cannot write its log: {{file}} is not a file. Move it away, and start the studio again.',
  noServerAddress: '{{variable}} is not a server address. Set it to one such as http://gpu-box:8000/v1, or unset it.',

  // serve
  nothingHere: 'There is nothing here.',
  uploadNumber: 'An upload needs a whole number as "{{name}}".',
  weakToken:
    'The access token in SHOTLUCK_TOKEN is too short or has characters other than letters, digits, "-" and "_". Use at least 24 random ones, or unset it.',
  portInUse:
    'Port {{port}} is in use, perhaps by a studio that is running already. Nothing was started. Choose another with --port, or leave --port out for any free one.',
  portForbidden: 'You may not use port {{port}} on this computer ({{code}}). Nothing was started. Choose one above 1023 with --port.',
  hostUnusable:
    'The studio cannot be served at "{{host}}" ({{code}}): this computer does not have that address. Nothing was started. Leave --host out, or give an address of this computer, such as 0.0.0.0 for all of them.',

  // electron
  foreignPage: 'Refused: this is not one of the studio’s own pages.',
  notUnderstood: 'The studio did not understand this request. Nothing was changed.',
  unexpected: 'Something went wrong unexpectedly; the log has the details.',
  droppedNoFile: 'What you dropped is not a file on this computer. Save it here first, then add it.',
  noImage: 'There is no such image.',
  exportGone: 'This exported file is no longer there.',
  coreNoAnswer: 'The studio core could not answer.',
  coreStopped: 'The studio core stopped; saved work is safe.',
  coreKeepsStopping: 'The studio core stopped {{count}} times within a minute, the last time with {{how}}.',
  keyNotKept: 'The key could not be stored or read: {{reason}}',

  // cli
  notInProject: 'Not in this project: {{names}}. The project has: {{videos}}.',
  notInEmptyProject: 'Not in this project: {{names}}. The project has: no videos.',
  sameNames: '{{count}} videos in this project are named {{name}}. Nothing was done. Choose one by its path: {{places}}.',
  importForMany: '{{count}} videos are named "{{name}}". Import the file in the studio.',
  readOnly: '"{{project}}" cannot be changed now. {{reason}}',
  noEngine: 'There is no {{role}} "{{id}}". Available: {{offered}}.',
  engineCannotRun: 'The {{role}} "{{id}}" cannot run: {{problem}}',
  detector: 'detector',
  captioner: 'captioner',
  transcriber: 'transcriber',
  summariser: 'summariser',
  acceptLicence: 'The licence of {{model}} is: {{licence}} ({{source}}). Read it, then add --accept-licence.',
  downloadStopped: 'The download was stopped. Run the same command again to continue.',
  noEndpoint: 'There is no endpoint "{{id}}". Run "shotluck endpoint list" to see all endpoints.',
  noBackup: 'There is no backup of {{folder}}.',
} as const;
