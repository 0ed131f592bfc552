/** Sentences of the storey `models`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const models = {
  // folders/model-folder.ts; the rest of `folders` says what is wrong in `reason`
  folderBroken: 'The model folder {{folder}} cannot be used: {{file}}: {{reason}}. Download the folder again, or choose another model.',
  folderIncomplete: 'The model folder {{folder}} is incomplete: {{file}} is missing. Download the folder again, or choose another model.',
  folderItself: 'the folder itself',
  notJson: 'not valid JSON ({{said}})',
  tooManyParts: 'it has more than {{limit, number}} values, which is more than any model needs',
  hollow: 'it is a sparse file with almost no data in it',
  noFolderAt: 'There is no folder {{folder}}. Check the path.',
  notFolder: '{{name}} is not a folder. Choose the folder that contains the files of the model.',
  noModelIn:
    'The folder {{folder}} does not contain a model: it has no config.json, tokenizer or network. Choose the folder that contains the files of the model.',
  keyWrong: 'key "{{key}}": {{problem}}',
  wrongShape: 'wrong shape',
  isFolder: 'it is a folder, not a file',
  isDevice: 'it is a pipe or a device, not a file',
  fileEmpty: 'the file is empty',
  keyMissing: 'key "{{key}}" is missing',
  typeUnknown:
    'key "model_type" is "{{type}}", which the studio does not run; for captions it runs {{captions}}, for summaries {{summaries}}, for speech whisper',
  tokenIdUnknown: 'key "{{key}}" is {{tokenId}}, but tokenizer.json has no added token with that id',
  layerUnknown: 'key "alignment_heads" refers to layer {{layer}}, but the decoder has {{layers}}',
  headUnknown: 'key "alignment_heads" refers to head {{head}}, but the decoder has {{heads}} in each layer',
  beyondVocabulary: 'key "{{key}}" is {{value}}, but config.json has a "vocab_size" of {{size}}',
  noChatTemplate: 'key "chat_template" is missing; a model without one was not trained to follow prompts',
  noEndToken: 'key "eos_token_id" is missing, so answers would not end',

  // model-store.ts, models-service.ts, folder-links.ts
  noResponse: 'it did not respond within {{seconds}} s',
  unknownModel: 'There is no model "{{id}}". Choose one from the list of models.',
  noModel: 'There is no model "{{modelId}}".',
  convertFirst: '{{title}} has to be converted first ({{recipe}}); then add the resulting folder.',
  notDownloadedYet: '{{title}} is not downloaded yet. Download it from the Models page.',
  receiptUnreadable: 'The model {{title}} is damaged: its list of files in {{folder}} cannot be read. Download it again.',
  noFolderIn: 'There is no model folder "{{name}}" in {{folder}}. Choose another model, or put the folder back.',
  noFolderInList: 'There is no model folder "{{name}}" in the list.',
  incomplete: 'The model {{title}} is incomplete: {{file}} is missing in {{folder}}. {{advice}}',
  unreadable: 'The model {{title}} cannot be read: {{file}} in {{folder}}: {{reason}}. {{advice}}',
  damaged: 'The model {{title}} is damaged: {{file}} in {{folder}} is not the file that belongs to it (sha256 differs). {{advice}}',
  reinstall: 'Reinstall the studio.',
  downloadAgain: 'Download it again.',
  notRemovable: '{{title}} cannot be removed here: {{reason}}.',
  deleteFolder: 'delete its folder, {{folder}}',
  wasNotDownloaded: 'it was not downloaded',

  // model-manifest.ts
  listMissing: 'The list of models is missing ({{file}}). Reinstall the studio.',
  listNotJson: 'The list of models (models/manifest.json) is not valid JSON. Reinstall the studio.',
  listWrong: 'The list of models (models/manifest.json) cannot be used: {{key}}: {{problem}}. Reinstall the studio.',

  // downloads-service.ts, download-model.ts
  notDownloadable: 'There is no model "{{modelId}}" that can be downloaded. Choose one from the list of models.',
  noSuchWeights: '{{title}} has no weights "{{wanted}}". It has: {{known}}.',
  notDownloaded: '{{title}} could not be downloaded: {{reason}}',
  offNetwork: 'The studio is set to stay off the network. Allow it in the settings to download models.',
  notEnoughSpace:
    '{{title}} needs {{needed, number}} MB more, and {{spare, number}} MB to spare, but only {{free, number}} MB are free. Free up space on the disk of the model folder, then resume.',
  arrivedDamaged:
    '{{file}} of {{title}} arrived damaged (its hash is not the one given by the hub) and was deleted. Try again; the other files are kept.',
  cancelledKept: 'The download was cancelled. Downloaded data is kept.',

  // fetch-file.ts
  cannotResume: '{{host}} cannot resume {{name}} where the download stopped; this file starts again from the beginning.',
  sentTooMuch: '{{host}} sent more of {{name}} than the {{bytes}} bytes it announced. None of it is used.',
  connectionLost: 'The connection to {{host}} was lost during {{name}} ({{position}} of {{bytes}} bytes). Downloaded data is kept.',
  stoppedSending: '{{host}} stopped sending {{name}}. Downloaded data is kept.',
  diskFull: 'The disk is full: {{name}} could not be stored. Downloaded data is kept; free up space and resume.',

  // hub-listing.ts
  hubUntrusted: 'What the hub says about {{repo}} cannot be used ({{reason}}). Nothing was downloaded.',
  tooManyFiles: 'it lists more than {{files, number}} files',
  hubAnswerWrong: '{{key}}: {{problem}}',
  listedTwice: "it lists {{file}} twice, or in place of one of the studio's own files",
  weightsNotAvailable: '{{repo}} has no file {{file}} at commit {{commit}}: "{{title}}" is not available. Choose other weights.',
  cancelled: 'The download was cancelled.',
  hostHasNot: '{{host}} has no {{what}}. It may have been moved or withdrawn; choose another model.',
  needsAccount:
    '{{host}} gives {{what}} only to people who have signed in or accepted its terms there. Download the folder yourself and add it as your own folder.',
  hostAnswered: '{{host}} answered {{status}} when asked for {{what}}. Downloaded data is kept; try again later.',
  unreachable: '{{host}} cannot be reached ({{reason}}). Downloaded data is kept; check the connection and try again.',
  listSilent: 'it stopped sending its list of files',
  listEndless: 'its list of files is too long',
  listContinuesAt: 'its list of files continues at {{host}}',
  listDoesNotEnd: 'its list of files has too many pages',
  // core/models/file-hasher.ts: why a file cannot be used.
  changedWhileRead: 'it was changed while it was being read',
  gaveNoData: 'it gave no data for {{seconds}} s',

  // downloads-service.ts
  isInstalled: 'Model installed',
  readyToUse: '{{title}} is ready to use.',
  downloadFailed: '{{title}} was not downloaded',

  // model-store.ts
  notChecked: 'This model could not be checked ({{reason}}). The log has the details.',
} as const;
