/** Sentences of the storey `project`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const project = {
  // shots/shots-service.ts
  shotExists: 'There is already a shot with this id.',
  cutMoved: 'Somebody else has moved this cut to frame {{frame}}. Nothing was changed; check where it is now.',
  shotsOfOtherFile:
    'These shots belong to a file with {{shotFrames}} frames, but the one that is linked now has {{fileFrames}}. Nothing was changed. Link the right file, or redo what was taken back.',

  // history/history-service.ts
  notUndone:
    '"{{step}}" cannot be undone, because what it changed has been changed since. Nothing was changed. The next undo continues with the step before it.',
  notRedone:
    '"{{step}}" cannot be redone, because what it changed has been changed since. Nothing was changed. The next redo continues with the step after it.',
  stepOfOwners: 'Only the owner of this studio may undo or redo “{{step}}”. Nothing was changed.',

  // history/usable-step.ts
  stepTooLarge:
    '"{{step}}" cannot be undone or redone, because it changed more records at once than can be taken back. Nothing was changed. The next undo or redo continues with the step beside it. What was there before is in older backups only.',
  stepUnusable:
    '"{{step}}" cannot be undone or redone, because its history entry was not written by the studio. Nothing was changed. The next undo or redo continues with the step beside it.',

  // videos/video-repository.ts
  videoGone: 'This video is no longer in the project.',

  // videos/relink.ts
  relinkInPlace:
    'The file of “{{video}}” is where it should be, and only the owner of this studio can put another one in its place. Nothing was changed. Add yours as a video of its own.',
  relinkToFolder: 'Choose the video file itself, not its folder.',
  relinkToOther:
    '“{{file}}” is not the file that “{{video}}” was: {{difference}}. Nothing was changed. Add it as a video of its own, or, as the owner of this studio, insist on it.',
  relinkToUnreadable:
    '“{{file}}” is not the file that “{{video}}” was: {{problem}} Nothing was changed. Add it as a video of its own, or, as the owner of this studio, insist on it.',
  otherContent: 'its content is different: {{differences}}',
  otherContentOnly: 'its content is different, although its frames, length and resolution are the same, as in a re-encoded copy',
  severalFit: '{{count, number}} files may be meant, so none was taken',
  otherFrames: 'it has {{found}} frames instead of {{expected}}',
  otherLength: 'it lasts {{found}} s instead of {{expected}} s',
  otherPixels: 'its frames have {{found}} pixels instead of {{expected}}',
  differencesJoined: '{{differences}}, {{next}}',

  // videos/video-files.ts
  fileOfStudio: '“{{file}}” is a file that the studio keeps in the project, not a video. It was not opened.',

  // videos/video-sources.ts
  fileNotFound: 'The file of "{{video}}" has not been found yet. Relink the video to its file.',
  notAnalysed: '"{{video}}" has not been analysed yet. Wait for its import, or see why that failed.',
  sourceUnusable: '{{reason}} Its shots and texts are safe. {{advice}}',
  sourceReplaced: '“{{file}}” was replaced by another file or changed since it was imported. The new file was not used.',
  sourceReplacedAdvice: 'Put the old file back or relink the video to it, and add the new file as a separate video.',
  sourceNotChosen: '“{{file}}” was not opened: this project comes from elsewhere, and nobody chose the file on this computer.',
  sourceNotChosenAdvice:
    'Point the video at its file, search a folder for all videos, or open the videos where they are if you trust whoever made the project.',
  sourceChanged: '“{{file}}” was changed while it was being read, so it was not used.',
  sourceChangedAdvice: 'Try again once it is complete.',
  sourceNoFileAdvice: 'Put the video back, or relink it to its new location.',
  sourceGone: 'The file is no longer at {{path}}.',
  sourceGoneAdvice: 'Put it back, or relink the video to its new location.',
  sourceUnreadable: '“{{file}}” cannot be read ({{code}}).',
  sourceUnreadableAdvice: 'Check that its disk or network is available, and that you have permission to read it.',

  // transcripts/transcripts-service.ts
  segmentChanged: 'This segment now says “{{text}}”: somebody changed it while you were working on it. Nothing was overwritten.',
  segmentGone: 'This segment no longer exists. Nothing was changed.',

  // texts/revision-repository.ts, texts/texts-service.ts
  textGone: 'This text is no longer in the project.',
  videoOfTextGone: 'The video of this text is no longer in the project.',
  shotOfTextGone: 'The shot of this text is no longer in the project.',
  textChanged: '{{actor}} changed this text while you were working on it. Nothing was overwritten; you can choose between both versions.',
  textKind: 'A summary belongs to a whole video, a caption to one shot.',

  // detection/detection-repository.ts, detection/detection-service.ts
  detectionGone: 'This detection is no longer in the project.',
  otherFrameCount: 'The detector scored {{scored}} frames of a video with {{frames}}.',

  // folder/project-folder.ts
  noDatabase: 'Its folder exists, but the file "{{file}}" in it is missing. Restore a backup, or put the file back.',
  noProject: '{{folder}} does not contain a project. It may have been moved or renamed; open it from its new location.',
  placeTaken: 'There is already a project "{{name}}" here, or something else with that name. Open it, or choose another name.',
  makingDiskFull: 'The disk of {{place}} is full. No project was created. Free up space, or choose another folder.',
  makingRefused: 'The studio cannot write to {{place}} ({{code}}). A project needs a folder that you can write to; choose another one.',
  badName: '"{{name}}" cannot be the name of a folder. Leave out / \\ : * ? " < > | and a dot at the start or end.',

  // folder/project-lock.ts
  openElsewhere: 'The project is open in another Shotluck Studio.',

  // folder/own-places.ts
  sparseFile:
    '“{{file}}” is {{megabytes, number}} MB long, but almost nothing is stored in it. The studio does not create such files. Nothing was opened or changed; get the project again.',
  notOwnFile:
    '“{{name}}” in the project “{{project}}” is {{what}}, but the studio needs an ordinary file there. Nothing was opened or changed. Replace it with an ordinary file.',
  notOwnFolder:
    '“{{name}}” in the project “{{project}}” is {{what}}, but the studio needs an ordinary folder there. Nothing was opened or changed. Replace it with an ordinary folder.',
  aLink: 'a link',
  aFolder: 'a folder',
  aPipeOrDevice: 'a pipe or a device',

  // folder/usable-rows.ts
  unusableRows:
    '“{{where}}” in this project contains data that the studio did not write: {{what}}. It could make the studio hang, so the project was not opened. Ask for the project again, or ask whoever made it to check that table.',
  captionsOfVideo: 'the captions of a video',
  speechOfVideo: 'the speech of a video',
  theJobs: 'the jobs',
  theVideos: 'the list of videos',
  screenTextOfVideo: 'the text on the screen of a video',
  readFramesOfVideo: 'the frames of a video that were read',
  detectionsOfVideo: 'the detections of a video',
  theStepsDone: 'what was done to the videos',
  theNamesOfFiles: 'the names for files of videos',
  theExports: 'the list of exports',
  oneStep: 'one step of history',
  overlappingShots: 'shots of one video that overlap',
  longText: 'a text of several megabytes',
  longLabel: 'a name or label that is longer than any of the studio’s',
  muchText: '{{megabytes}} MB of text',
  greatNumber: 'an impossibly large number',
  greatCounter: 'an impossibly large number',
  endlessNumber: 'an infinite number',
  oddId: 'an id that the studio did not create',
  manyRecords: '{{records, number}} records',
  oddColumn: 'something unreadable in “{{column}}”',
  impossibleVideo: 'an impossible size, length or frame rate for “{{file}}”',

  // folder/known-projects.ts
  damagedAndNew:
    'The project file is damaged, and the studio has not worked with it on this computer before, so it was not opened. Restore a backup, or open it read-only to see what can still be read.',

  // folder/projects-service.ts
  noneOpen: 'No project is open. Open or create one first.',
  studioEnds: 'The studio is closing, so no project can be opened. Restart it to continue.',
  openingFailed: 'The project could not be opened; the log has the details. Open it read-only, or restore a backup.',
  notRecent: 'This project is no longer in the list of recent ones. Open it from its folder.',

  // folder/project-watch.ts
  backupDiskFull: 'There is not enough disk space for a backup.',
  backupReadOnly: 'The project is open read-only, so it is not backed up.',

  // folder/backups.ts
  backupCancelled: 'The backup was cancelled because the project is being closed.',
  fileDamaged: 'The project file is damaged ({{finding}}).',
  besideBackup:
    'The studio did not create “{{file}}”, which is next to this backup. Nothing was opened or changed. Move it away, or choose another backup.',
  noRoomForRestore:
    'This backup needs {{needed, number}} MB, but only {{free, number}} MB are free on the disk of the project. Nothing was copied or changed. Free up space and restore it again.',
  backupGone: 'This backup is no longer there.',
  backupDamaged: 'This backup is damaged ({{finding}}). Nothing was changed; choose another one.',
  backupNewer: 'This backup was made by a newer Shotluck Studio. Nothing was changed. Update the studio to restore it.',
  restoreOpenElsewhere: '"{{project}}" is open in another Shotluck Studio. Close it there first; nothing was changed.',
  notComparedInTime: 'comparing its frames with the cuts took too long',
  otherContentSeen: 'its content is different',
  changedWhileCompared:
    '“{{video}}” was changed by somebody else while “{{file}}” was compared with it. Nothing was changed here. Try again.',
  // room.ts
  tooManyShots:
    'This would give the video {{shots, number}} shots, but at most {{limit, number}} can be shown and edited. Nothing was changed.',
  tooMuchScreenText:
    'More than {{limit, number}} lines of text on the screen were read in this video, which is all that can be shown. What was read so far is kept.',
  tooManyVideos:
    'A project can have at most {{limit, number}} videos, and this would be more. Nothing was added. Make another project for the rest.',
  tooManyVersions:
    'This text already has {{limit, number}} versions, or {{megabytes}} MB of them, so no further one was kept. Nothing was changed. Write it as the current version instead.',
  tooMuchText:
    'The texts of this video would be longer than {{megabytes}} MB together, more than can be shown at once. Nothing was changed. Shorten what is there first.',
  tooMuchMeasured:
    'The file information (titles, tracks, notes) of this project’s videos has reached its limit of {{megabytes}} MB. The file was not changed. Add it to another project, or remove its other audio tracks and their titles.',
  tooMuchSource: 'Its record is larger than {{megabytes}} MB even when compressed, so it cannot be kept as it is. It was not imported.',
  tooMuchSpeech:
    'The transcript of this video would be longer than {{megabytes}} MB together, more than can be shown at once. Nothing was changed. Shorten what is there first.',

  // why a project can only be read: shared/domain/read-only-words.ts
  readOnlyOtherStudio: 'This project is open in another Shotluck Studio. Close it there to change it here.',
  readOnlyFolder: 'The project’s folder cannot be written to. Make it writable, or copy the project elsewhere.',
  readOnlyNewer: 'This project was made by a newer Shotluck Studio. Update the studio to change it.',
  readOnlyDiskFull: 'The disk is full. Saved work is safe. Free up space to continue.',
  readOnlyDamaged: 'The project’s file is damaged. Nothing more will be written to it. Restore a backup to continue.',
  readOnlyDiskError:
    'The disk reports errors when the project is read. Check the disk or the network, then open the project again to change it.',
  readOnlyMoved: 'The project’s folder was moved or renamed. Your work is saved in it. Open it from its new location.',
  readOnlyDeleted:
    'The project’s folder was deleted or moved to another disk. The studio saves what it still has as a project of its own: see the list of projects.',
  readOnlyAsked: 'You opened this project read-only. Open it normally to change it.',

  // folder/project-notices.ts, folder/projects-service.ts, folder/project-watch.ts, folder/recent-projects.ts
  isReadOnly: '"{{project}}" is open read-only',
  isWritable: '"{{project}}" can be changed again',
  hasRoomAgain: 'Its disk has room again.',
  wasRescued: '"{{project}}" was saved as "{{rescued}}"',
  rescuedWhole:
    'Its folder, or a file in it, was deleted or moved to another disk while it was open. The studio still had all of it and saved it as a project of its own, which is in the list of recent projects. Exports, written clips and backups are not in it.',
  isNotSaved: '"{{project}}" is not saved',
  notRescued:
    'Its folder, or a file in it, was deleted or moved to another disk while it was open. The studio still has all of it, but could not save it: {{reason}} Fix that; the studio tries again when the project is closed. Until then do not force the studio to quit.',
  workLost: 'The last work on "{{project}}" may be missing',
  workLostAdvice: '{{what}} Look for the file where the project was before, or compare with the backups: "Backups…" in the project menu.',
  logMissing: 'The file "project.db-wal", which holds the last edits, is missing: the project may have been copied or moved without it.',
  logDamaged:
    'The file "project.db-wal", which holds the last edits, was damaged outside the studio: {{transactions}} of the last changes in it could not be read.',
  stepsMissing: 'At least {{steps}} of the last edits are missing: the project file is an older one, or its write-ahead log was damaged.',
  updated: 'Project updated',
  updatedBackup: 'It was updated to this version’s format. A copy of the old file is at {{file}}.',
  wasNotOpened: '"{{project}}" was not opened',
  getsNoBackups: '"{{project}}" gets no backups',
  recentDamaged: 'The list of recent projects was damaged',
  recentEmptied: 'It is empty now; your projects are safe. Open them from their folders. The old list was kept as {{file}}.',

  // videos/look-at-files.ts, videos/video-sources.ts
  fileMissing: 'The file is missing.',
  fileUnreadable: 'It cannot be read ({{reason}}).',
  fileNotAccessible: 'It cannot be accessed ({{reason}}).',

  // documents/document-texts.ts: why a text is left out, or was changed
  noText: 'no {{what}}',
  textRejected: '{{what}} rejected',
  textIsDraft: '{{what}} not accepted yet (draft)',
  textNeedsWork: '{{what}} not accepted yet (needs work)',
  visualCaption: 'visual caption',
  narrationCaption: 'narration caption',
  summary: 'summary',
  specialTokens_one: 'training tools would read a part of the {{what}} as a special token; written as text: {{tokens}}',
  specialTokens_other: 'training tools would read parts of the {{what}} as special tokens; written as text: {{tokens}}',
} as const;
