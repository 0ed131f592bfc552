/** Sentences of the storey `exchange`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const exchange = {
  // subtitles/import-subtitles.ts
  subtitlesInFolder: '"{{file}}" is a folder; choose a subtitle file.',
  tooManyCues: '"{{file}}" has {{cues, number}} cues, more than any video: at most {{limit, number}} are imported. Nothing was changed.',
  editedSegments_one: '{{count}} segment of speech was edited by people, and "{{file}}" would replace it. Nothing was changed.',
  editedSegments_other: '{{count}} segments of speech were edited by people, and "{{file}}" would replace them. Nothing was changed.',
  notSubtitles: '"{{file}}" has no subtitles in SubRip or WebVTT format. Nothing was changed.',
  otherSubtitles:
    '"{{file}}" is in the format {{format}}; only SubRip and WebVTT are read. Save it as one of them in a subtitle editor, and import that. Nothing was changed.',
  noUsableCues: '"{{file}}" has no subtitles that can be used: {{why}}. Nothing was changed.',
  cuesLate: 'all of its cues begin after the end of "{{video}}"; they may belong to another video',
  cuesLeftOut: 'all of its cues were left out ({{why}})',
  cuesEmpty: 'they are empty',

  // cut-lists/import-cuts.ts
  cutsInFolder: '"{{file}}" is a folder; choose a cut list.',
  notCutList: '"{{file}}" is not a cut list that can be read. Supported: {{formats}}. Nothing was changed.',
  cutListBroken: '"{{file}}" cannot be read as {{format}}: {{problem}}. Nothing was changed.',
  noUsableShots: '"{{file}}" has no shots that can be used: {{why}}. Nothing was changed.',
  shotsLate: 'all of its shots begin after the end of "{{video}}"; it may belong to another video',
  shotsLeftOut: 'all of its shots were left out ({{why}})',
  noShotsListed: 'it lists none',
  editedCuts_one: '{{count}} cut that "{{file}}" does not have was made or confirmed by people. Nothing was changed.',
  editedCuts_other: '{{count}} cuts that "{{file}}" does not have were made or confirmed by people. Nothing was changed.',
  videoChanged: 'The video was analysed again while "{{file}}" was read. Nothing was changed; import it again.',

  // formats/cut-lists
  tooManyListedShots: 'it has more than {{limit, number}} shots, more than any video may have',
  noTimeColumns: 'it has no columns for the start and the end of a scene',
  noScores: 'line {{line, number}} has no scores between 0 and 1',
  scoresOfOther: 'it has scores for {{scores, number}} frames, but the video has {{frames, number}}; it may belong to another video',
  longList: 'it has more than {{limit, number}} characters',
  jsonBroken: '{{problem}}',
  jsonTooMany: 'it has more than {{limit, number}} objects and lists',
  noVideoTrack: 'it has no sequence with clips on a video track',
  noListRate: 'it does not state its frame rate',
  listTooDeep: 'it is nested more than {{limit, number}} levels deep',
  xmlBroken: 'line {{line, number}}: {{problem}}',
  xmlNotWellFormed: 'it is not well-formed XML ({{problem}})',
  xmlDeclares: 'it declares entities of its own, which are not read',
  xmlTooMany: 'it has more than {{limit, number}} elements',

  // exports/write-export.ts
  exportCancelled: 'The export was cancelled; nothing was written.',
  exportDiskFull:
    'The disk of {{folder}} is full. No part of this export was left there; earlier exports are unchanged. Free up space and export again.',

  // exports/export-media.ts
  noMedia: 'its video file is missing or cannot be read, so there is no clip of it',

  // exports/check-export.ts
  badOptions: 'These options do not fit {{format}}, so nothing was exported:\n{{problems}}',

  // exports/earlier-exports.ts
  clipGoneMeanwhile:
    '“{{file}}” was removed while the export was written, as by another export into the same folder that failed. The files of earlier exports are unchanged. Export again once no other export writes there.',
  notOurExport:
    '“{{name}}” already exists in {{folder}}, and either no export left it there, or it was changed since. Nothing was overwritten. Move it away, or choose another name or folder.',

  // exports/write-export.ts
  madeAnew: 'it was damaged or changed since an earlier export left it there, and was made anew',

  // formats/registry.ts
  noExportFormat: 'There is no export format "{{id}}". Known: {{known}}.',
  noImportFormat: 'There is no import format "{{id}}". Known: {{known}}.',

  // formats/importers
  setBroken: 'This is not a complete {{what}} file: {{reason}}.',
  setNoArray: 'it does not start with a JSON array',
  setNoJson: 'it is not valid JSON ({{problem}})',
  setEmpty: 'it is empty',
  setUnfinished: 'it ends in the middle of record {{record, number}}, which begins at line {{line, number}}',
  setNoEnd: 'it ends after record {{record, number}}, without the bracket that closes it',

  // imports/import-dataset.ts
  fileChanged: 'The file changed while it was being analysed. Relink the video to it once it is complete.',
  notUtf8: '"{{file}}" is not UTF-8 text, so it cannot be a data set.',
  dataSetUnreadable: '"{{file}}" cannot be read: {{problem}}.',
  noVideosInFolder: '“{{folder}}” has no videos, nor descriptions of clips in a folder “metas”.',
  importStopped: '{{problem}} {{stayed}}',
  importUndone:
    'The import was undone while it was running, so it was stopped. Nothing of it is in the project. Retry to import everything.',
  importPartlyUndone:
    'Part of the import was undone, so it was stopped. What it had imported before that is still in the project. To import everything, undo the rest of it, too, and retry.',

  // imports/check-import.ts
  badImportOptions: 'These options do not fit {{format}}, so nothing was imported:\n{{problem}}',

  // imports/file-seal.ts
  setChanged: 'The file changed while it was being read.',

  // imports/all-or-nothing.ts
  notAllUsable_one: 'One record cannot be used ({{where}}: {{reason}}), so nothing was imported.',
  notAllUsable_other: '{{count, number}} records cannot be used, the first of them {{where}}: {{reason}}. Nothing was imported.',
  notTakenBack:
    'The import did not come to its end, and what it had brought could not all be removed again: {{problem}} Remove the rest in the library.',

  // formats/exporters/shot2story.ts
  recordTooLong:
    'The texts and speech of “{{video}}” are longer than {{megabytes}} MB together, counted for each of its shots. One record cannot hold them. Nothing was exported; leave the video out, or choose another format.',

  // imports/import-tally.ts
  nothingChanged: 'Nothing was changed.',
  importedIsKept: 'What was imported is kept; undo removes all of it. Fix the file and retry to import the rest.',
  stayed_one: '{{count}} record before that, {{imported}} imported. {{after}}',
  stayed_other: '{{count}} records before that, {{imported}} imported. {{after}}',
  stayedWithRefused_one: '{{count}} record before that, {{imported}} imported, {{refused}} refused. {{after}}',
  stayedWithRefused_other: '{{count}} records before that, {{imported}} imported, {{refused}} refused. {{after}}',
  tooManyLines: '"{{file}}" has more than {{limit, number}} lines, more than a file for one video has. Nothing was changed.',
  tooManyTimings: 'These subtitles have more than {{limit, number}} cues, more than any video has. Nothing was changed.',

  // validate/trainers.ts
  seesQwen: 'Two frames a second at equal distances, at least 4 and at most 8',
  seesLlamaFactory: 'Two frames a second at equal distances, at most 128; an odd number is padded with the last frame',
  seesQwenUtils: 'Two frames a second at equal distances, at least 4 and at most 768, in pairs',
  seesLlavaNext: 'One frame a second, starting with the first, with no upper limit',
  seesInternVl: 'One random frame from each of 8 to 32 equal parts; the preview shows the middle of 8 parts',
  seesSmolVlm: 'One frame a second at equal distances, at most 64',
  seesPictures: 'The frames of the export',
  seesMusubi: 'At {{fps}} frames a second, the first {{most}}, as many as fit 4n + 1',
  seesDiffusionPipe: 'At {{fps}} frames a second, the first {{bucket}}; shorter clips are skipped',
  seesLtx: 'The first {{bucket}} frames; shorter clips are skipped',
  cacheMusubi:
    'This folder was exported to before, and musubi-tuner trains on what is in its cache folders. Delete them, or export into a new folder.',
  cacheLtx:
    'This folder was exported to before, and the LTX trainer keeps what it made of clips. Preprocess with --overwrite, or export into a new folder.',

  // validate/rules
  ruleMediaTokens: 'Tokens and media differ',
  tokensDiffer: '{{token}} appears {{tokens, number}} times for {{files, number}} files',
  tokensStray: '{{tokens}} appears where no file is expected',
  ruleRoles: 'Unknown roles',
  roleStrange: 'Unknown role {{roles}} (known: {{known}}); its text would be trained as the model’s answer',
  ruleContainer: 'Clips that do not state their number of frames',
  containerOther: '{{file}} is not an MP4',
  ruleMissingMedia: 'Missing media',
  mediaGone: 'The file of “{{video}}” is missing or cannot be read; the export leaves the row out',
  ruleStaleCache: 'Old results would be trained on',
  ruleCost: 'Memory while preparing',
  costDecoding:
    'About {{frames, number}} frames are decoded while texts are tokenised, and memory grows with them; stream the data set where there are many',
  ruleTooShort: 'Clips that are too short',
  takesNothing: 'The trainer uses none of the {{frames, number}} frames and skips the row',
  takesFew: 'The trainer gets only {{own, number}} of {{frames, number}} frames but needs {{wants, number}}',
  ruleFirstFrames: 'Only the beginning is used',
  seenOnly: 'The caption describes {{frames, number}} frames, but the trainer sees only the first {{seen, number}}',
  ruleArithmetic: 'Frames are cut off at the end',
  restCutOff_one:
    'The last of {{frames, number}} frames is not used: the trainer takes {{taken, number}}, a number of the form {{step}}n + 1',
  restCutOff_other:
    'The last {{count, number}} of {{frames, number}} frames are not used: the trainer takes {{taken, number}}, a number of the form {{step}}n + 1',
  ruleOneRate: 'Frame rates differ',
  ratesDiffer:
    'Clips have {{rates}} frames a second, but the trainer takes one source_fps for all; export videos of one rate, or the speed of movements will be wrong',
  ruleTooLong: 'Rows that are too long',
  longDropped:
    'About {{tokens, number}} tokens, {{pictures, number}} of them for frames; above {{limit, number}} ({{setting}}) the row is silently dropped',
  longFails:
    'About {{tokens, number}} tokens, {{pictures, number}} of them for frames; above {{limit, number}} ({{setting}}) images may be truncated, and the row fails',
  longAnswerGone:
    'About {{tokens, number}} tokens, {{pictures, number}} of them for frames; the answer begins after {{limit, number}} ({{setting}}), so nothing is learnt',
  longAnswerCut:
    'About {{tokens, number}} tokens, {{pictures, number}} of them for frames; the end of the answer is cut off at {{limit, number}} ({{setting}})',
  ruleEmptyText: 'Empty texts',
  textEmpty: 'There is nothing to learn in this row',
  rulePlaceholder: 'Placeholder texts',
  textStandsIn: '“{{text}}” is there instead of a text',
  ruleUnfilled: 'Unfilled variables',
  placeUnfilled: 'The text still contains {{place}}',
  ruleSpecialTokens: 'Special tokens in texts',
  ruleDuplicate: 'Duplicate rows',
  rowTwice: 'The same media and texts as {{where}}',
  ruleRepeated: 'One text for several clips',
  textAgain: 'The same text as {{where}}',
  ruleIdenticalPair: 'Nothing to prefer',
  pairSame: 'The preferred and the rejected text are the same apart from case, spaces and punctuation',
  ruleSplitLeak: 'A recording is in two splits',
  ruleNearDuplicate: 'Copies of a video in two splits',
  looksLike: 'In {{split}}, but looks like “{{other}}”, which is in {{otherSplit}}',
  notCompared: 'Not compared: {{problem}}',
  copiesBounded: 'Only the first {{limit, number}} videos were compared',
  ruleUndecodable: 'Clips that cannot be decoded to their end',
  clipGone: '{{file}} is not in the folder',
  clipBroken: '{{file}}: {{problem}}',
  recordingSplit: 'In {{split}}; “{{other}}”, of the same recording, is in {{otherSplit}}',

  // imports/imported-video.ts
  mediaNotFound: 'The data set names this file, but it was not found. Relink the video to its file.',
  mediaMisfit:
    'The file of this name was not used: it has {{frames, number}} frames, and shots of the data set begin after them. Relink the video to the right file.',

  // formats/exporters: what is left out or changed, shown after its place
  noQuestions: 'no questions came with it',
  questionsUnreadable: 'the questions that came with it cannot be read any more',
  theCaption: 'caption',
  theSpeech: 'speech',
  theScreenText: 'text on the screen',
  theQuestion: 'question',
  noAcceptedText: 'no text that a person accepted',
  noRefusedText: 'no text was rewritten or rejected',
  noJudgedText: 'no text that a person judged',
  olderVersions: 'versions older than the newest {{limit, number}}',
  moreRefused_one: '{{count}} more text that was rewritten or rejected',
  moreRefused_other: '{{count}} more texts that were rewritten or rejected',
  sameClip: 'its only shot has the same clip; the caption of the shot is used',
  clipNotMade: 'its clip was not written',
  clipNotYetMade: 'its clip {{file}} has not been written yet',
  videoNotThere: 'its video file is missing',
  fewerShards_one: 'there are rows for one file only, not for {{wanted}}',
  fewerShards_other: 'there are rows for {{count}} files only, not for {{wanted}}',
  stillsMissing_one: 'one still is missing: {{problem}}',
  stillsMissing_other: '{{count}} stills are missing: {{problem}}',
  keptUnreadable: 'what was kept of the file that it was imported from cannot be read, so its record is written anew',
  notCutYet: 'no shots found yet',
  noneAccepted: 'none of its texts is accepted, so it has no record',
  noSpeech: 'no speech',
  noCaptions: 'no captions',
  noShots: 'no shots',
  longRow: 'its row would have more than {{limit, number}} characters',
  transitionCutShort: 'there is too little room between others for the transition into it, so it was cut short',
  otherListRate: 'the list counts {{rate}} frames a second, but the video does not; its cuts are on the nearest frames of the list',
  cutsMoved_one: '{{count}} of its cuts was moved, because a shot is shorter than a frame of the list',
  cutsMoved_other: '{{count}} of its cuts were moved, because shots are shorter than a frame of the list',
  captionCutShort: 'the caption is longer than a line of an EDL can be, so it was cut short',

  // formats/importers/shot2story-side.ts: what is wrong with a file
  sideManyShots: 'it has more than {{limit, number}} shots',
  sideLarge: 'it is larger than {{limit, number}} MB',
  sideLargeText: 'it is larger than {{limit, number}} MB, and not a pickle',
  sideNoColumns: 'it is neither a pickle nor JSON, and its first line has none of the known columns',
  sideOldPickle:
    'it is a pickle of protocol {{protocol}}, and only 2 to 5 are read. Save it anew in Python: pickle.dump(pickle.load(open("old.pkl", "rb")), open("new.pkl", "wb"), protocol=4)',
  sideNoText: 'it is neither a pickle of protocol 2 to 5 nor UTF-8 text',
  sideNoDict: 'it does not hold a dictionary of videos and shots',
  sideNoObject: 'its JSON is not an object with a list of shots for each video',

  // formats/importers/pickle
  pickleKeyAlone: 'a key has no value',
  pickleNameNoText: 'a name is not a text',
  pickleNumberLength: 'the length of a NumPy number does not match its type',
  pickleSideNoLength: 'a dimension of a NumPy array is not a length',
  pickleArrayBytes: 'the length of a NumPy array does not match its numbers',
  pickleArrayShape: 'the length of a NumPy array does not match its dimensions',
  pickleArrayEmpty: 'a NumPy array has no content',
  pickleArrayFlat: 'a NumPy array has no dimensions',
  pickleArrayOrder: 'a NumPy array is stored in a way that is not supported',
  pickleOperation: 'this operation is not needed for data, so it is not supported',
  pickleState: 'it sets the state of something that has none',
  pickleManyResults: 'there is more than one value',
  pickleNoMark: 'no mark is set',
  pickleEnds: 'the file ends in the middle of it',
  pickleNothingToTake: 'there is no value for it to take',
  pickleNoDict: 'what it adds to is not a dictionary',
  pickleNoList: 'what it adds to is not a list',
  pickleNoPlace: '{{place, number}} is not a place in its memory',
  pickleCall: 'it calls {{name}} with values that data does not have',
  pickleNotNumpy: 'something that is not a NumPy name',
  pickleNoStop: 'it ends at byte {{from}} without the operation STOP',
  pickleManyLists: 'it has more than {{limit, number}} lists',
  pickleManyValues: 'it has more than {{limit, number}} values',
  pickleNames: 'it names “{{name}}”, but only pickles that name nothing other than NumPy arrays are read',
  pickleManyBytes: 'its arrays have more than {{limit, number}} bytes',
  pickleManyMarks: 'more than {{limit, number}} marks are set',
  pickleDeepStack: 'its stack has more than {{limit, number}} values',
  pickleNotRemembered: 'nothing is stored at {{place, number}} in its memory',
  pickleNumberKind: 'NumPy numbers of type “{{kind}}” are not read, only integers',
  pickleProtocol: 'protocol {{protocol}} is not supported, only 2 to 5',
  pickleLongText: 'the text is longer than {{limit, number}} bytes',
  pickleAt: 'operation {{name}} at byte {{from}}: {{problem}}',
} as const;
