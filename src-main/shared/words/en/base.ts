/** Sentences of the storey `base`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const base = {
  // in-flight.ts
  partFailed: 'Stopped because another part of the same job failed.',

  // db/file-lock.ts
  lockHeld: 'Another studio is changing the same file right now ({{name}}). Nothing was changed. Try again in a moment.',
  lockUnusable: 'The studio cannot use its lock file {{name}}: {{problem}}. Nothing was changed. Remove that file and try again.',

  // db/counting.ts
  countedToTheEnd:
    'This project has a number so large that nothing can be counted on from it; no studio wrote it. Nothing was changed. What is in the project can be read and exported: import that into a new project to go on.',

  // files/json-file.ts
  notReadNow: 'The studio could not read its file {{name}} just now ({{code}}). Nothing was changed. Try again in a moment.',

  // files/file-grants.ts
  grantGone: 'The studio no longer has access to the chosen file or folder. Choose it again.',
  placeNotChosen:
    'Nobody chose “{{name}}” for this job on this computer; the project may come from another one. Nothing was read or written there. Start the job again and choose the file or folder.',
  pathNotAbsolute: '"{{path}}" is not an absolute path.',
  nothingThere: 'There is nothing at {{path}}.',
  fileUnusable: '"{{name}}" cannot be used: {{problem}}.',
  fileForFolder: '"{{name}}" is a file; choose a folder.',

  // files/uploads.ts
  uploadTooLong: 'More data was sent than the upload was meant to contain. Add the file again.',
  uploadOutOfOrder: 'This part of the file does not follow the part that has already arrived.',
  uploadUnknown: 'The studio does not know this upload, or no longer does. Add the file again.',
  uploadsUnused:
    'Too many uploaded files are not used by any project, so no further upload was started. Add them to the project, or wait: unused files make room after an hour.',
  uploadTakenOver: 'A later request continues this upload. The part that has arrived is kept.',
  uploadDiskFull:
    'There is not enough free space on the studio’s disk for this file. Free up space and add the file again; the part that has arrived is kept for a day.',

  // files/make-folder.ts
  projectFolderMoved:
    'The project folder "{{project}}" is no longer where it was. It may have been moved or renamed; open it from its new location.',
  placeOfStudio:
    'The studio keeps its own files in the project folder “{{project}}”, so nothing was written there. Choose its folder “exports”, or a folder elsewhere.',
  linkLeadsOut:
    '“{{name}}” in the project “{{project}}” is a link that leads out of the project. Nothing was written there. Replace it with an ordinary folder.',

  // files/proven-file.ts
  fileReplaced: '“{{name}}” was replaced or changed while the studio was opening it. Nothing was read from it. Try again.',

  // files/regular-file.ts
  chosenIsFolder: '“{{name}}” is a folder, not a file. Nothing was read. Choose a file inside it.',
  chosenIsPipe: '“{{name}}” is a pipe, not a file. Nothing was read. Choose an ordinary file.',
  chosenIsDevice: '“{{name}}” is a device or a socket, not a file. Nothing was read. Choose an ordinary file.',
  fileUnreadable: '"{{name}}" cannot be read: {{problem}}. Nothing was changed.',

  // files/regular-file.ts: what is wrong with a file, inside a sentence
  itIsFolder: 'it is a folder, not a file',
  itIsPipe: 'it is a pipe, not a file',
  itIsDevice: 'it is a device or a socket, not a file',
  itBelongsToProject: 'it is a file that the studio keeps in a project, not one to work with',
  itIsTooLarge: 'it is {{megabytes, number}} MB, and the limit is {{limit, number}} MB',
  itHasTooManyFiles: 'it contains more than {{limit, number}} files',
  itLinksToItself: 'it is a link that points to itself',
  itIsForbidden: 'this user does not have permission to read it',
  itsNameIsTooLong: 'its name is too long',
  itFailedOnDisk: 'the disk failed to read it',
  itsDiskIsGone: 'it is on a disk that is no longer connected',
  itCannotBeRead: 'it could not be read ({{code}})',
  itIsGone: 'it no longer exists',

  // files/safe-name.ts
  outsideFolder: '"{{name}}" is outside the folder {{folder}}. Nothing was written there. Choose another folder.',
  notFileName: '"{{name}}" cannot be used as a file name here. Nothing was written. Rename the video, or choose another name.',

  // db/own-schema.ts
  foreignSchema:
    'This project contains something that the studio did not create: the {{type}} “{{name}}”. It could run by itself inside the studio, so nothing was opened or changed. Ask for the project again, or remove the {{type}} with a database tool.',

  // files/place-refused.ts
  placeNotWritable: '“{{place}}” cannot be written to: {{reason}}. Choose another place.',
  noFolderThere: 'no folder can be made there',
  isNoFolder: '“{{name}}” is a file, not a folder',

  // db/storage-trouble.ts
  diskFull: 'The disk is full. Nothing was changed. Free up space and try again.',
  readOnly: 'The project is open read-only. Nothing was changed.',
  placeRefused:
    'The system does not let the studio use “{{name}}” ({{code}}). Check the permissions of it and of the folder that it is in, then try again.',
  damaged: 'The project file is damaged, so nothing was changed. Restore a backup: "Backups…" in the project menu lists them.',

  // db/database.ts
  projectThere: 'There is already a project here. Open it, or choose another name.',
  fileEmpty: 'The project file is empty: its contents were lost outside the studio. Restore a backup.',
  notProject: 'This is not a Shotluck Studio project. The file was not changed.',
  notDatabase: 'The project file is damaged: it is no longer a database. It was not changed. Restore a backup to continue.',
  fileMissing: 'The project file is missing.',
  fileDamaged: 'The project file is damaged ({{finding}}). It was not changed. Restore a backup, or open it read-only to see what is left.',

  // db/migrate.ts
  newerFormat:
    'This project was made by a newer Shotluck Studio (format {{format}}; this one supports up to {{newest}}). It was not changed. Update the studio to open it.',

  // db/packed-numbers.ts
  analysisUnreadable:
    'The analysis data of this video cannot be read from the project. Captions and cuts are not affected. Add the video again, or find its shots again.',
  // look.ts
  lookTooLong: 'Looking at it took too long. Nothing was changed. Check that its disk or network is available, then try again.',
  lookCancelled: 'Cancelled. Nothing was changed.',

  // settings/settings-service.ts
  settingsUnread: 'The settings cannot be read',
  settingsDamaged: 'The settings were damaged',
  settingsUnreadDefaults:
    'The studio uses the default settings, and stays off the network until somebody switches off “Stay off the network” in the settings; projects are not affected. It keeps trying to read the file and does not overwrite it.',
  settingsDefaults:
    'The studio uses the default settings, and stays off the network until somebody switches off “Stay off the network” in the settings; projects are not affected. The old file was kept as {{file}}.',
  settingsKept: 'The studio continues with the settings that it has; projects are not affected. The old file was kept as {{file}}.',
} as const;
