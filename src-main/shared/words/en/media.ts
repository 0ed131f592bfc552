/** Sentences of the storey `media`. `{{blank}}` is filled in; `_one` and `_other` go by `count`; `{{n, number}}` is written with separators. */
export const media = {
  // media-errors.ts: what `problem` names continues the sentence that begins with the file, and may carry what ffmpeg said
  corrupt: '{{file}} {{problem}}. The file was not changed. {{advice}}',
  copyAgain: 'Copy or export it again from its source.',
  saidFfmpeg: '{{problem}} (ffmpeg: {{said}})',
  noReason: 'it gave no reason',
  forbidden: '{{file}} cannot be read, because you do not have permission. Give yourself permission to read it, then try again.',
  missing:
    '{{file}} is not where it was ({{path}}). Your shots and captions are safe. Put it back, or relink the video to its new location.',
  diskFull: 'The disk is full, so the file could not be finished; finished parts are kept. Free up space and start again.',
  unreadable: '{{file}} cannot be read: {{reason}}. Nothing was changed.',
  crashesFfmpeg: 'makes ffmpeg crash ({{signal}})',
  convertElsewhere: 'Convert it with another program, or use a newer ffmpeg.',
  stoppedBySystem:
    'ffmpeg was stopped by the system, perhaps because memory ran out. Finished parts are kept. Start again with less at a time.',

  // tool-process.ts
  cancelled: 'Cancelled',
  noRoomToStart:
    '“{{path}}” could not be started, because the studio has too many files or programs open right now. No file was changed. Try again in a moment.',
  notStarted:
    '“{{path}}” could not be started. No file was changed. Install ffmpeg 5.1 or newer, or name it in SHOTLUCK_FFMPEG and SHOTLUCK_FFPROBE.',

  // ffmpeg-version.ts
  notFfmpeg: '“{{path}}” is not ffmpeg. Name ffmpeg 5.1 or newer in SHOTLUCK_FFMPEG and SHOTLUCK_FFPROBE.',
  ffmpegTooOld: 'ffmpeg {{version}} is too old. Install 5.1 or newer, or name a newer one in SHOTLUCK_FFMPEG and SHOTLUCK_FFPROBE.',

  // media-limits.ts
  tookTooLong: 'could not be read: ffmpeg did not finish within {{time}}, which is plenty for a file of this size',
  convertToMp4: 'Convert it, e.g. to MP4, and add that instead.',
  gaveNoData: 'could not be read: ffmpeg got no data from it for {{time}}',
  checkDisk: 'Check that its disk or network is available, then try again.',
  seconds_one: '{{count}} second',
  seconds_other: '{{count}} seconds',
  minutes_one: '{{count}} minute',
  minutes_other: '{{count}} minutes',
  overMemoryLimit:
    '{{file}} needs more memory than the studio allows for one video ({{gib}} GiB), so it was not read. The file was not changed. Convert it to a lower resolution, or use a machine with more memory.',
  tooManyPixels:
    '{{file}} has frames of {{width}}×{{height}} pixels; the studio opens frames of up to as many pixels as {{limit}}×{{limit}}. The file was not changed. Convert it to a lower resolution.',

  // media-input.ts
  isFolder: 'is a folder, not a video',
  chooseInside: 'Choose the videos inside it.',
  tooManyStreams: '{{file}} has more than {{streams}} streams. The file was not changed. Write its video and audio into a separate file.',
  outOfMemory: '{{file}} needs more memory than is available. The file was not changed. Convert it to a lower resolution.',
  isList: '{{file}} is a list of other files, not a video, despite its name. None of them was opened. Choose the video itself.',
  isText: 'contains text, not a video, despite its name',
  chooseVideoItself: 'Choose the video itself.',
  kindNotOpened:
    '{{file}} is of a kind that the studio does not open: an image, audio only, or a rare container. The file was not changed. Convert it, e.g. to MP4 or Matroska.',
  mp4WithoutIndex: 'is an MP4 without its index (moov): the recording or the copy is incomplete',
  notAVideo: 'is not a video that ffmpeg supports ({{said}})',

  // tool-process.ts
  answerTooLong: 'A media program gave more than {{megabytes}} MB where a short answer was expected, so it was stopped.',

  // probe.ts, frame-scan.ts
  empty: 'is empty (0 bytes)',
  withoutFrames: 'claims to be a video, but does not contain a single frame',
  noVideoStream: 'has no video stream',
  audioOnly: 'has audio, but no video',
  chooseVideo: 'Choose a file with a video stream.',
  invalidHeader: 'has an invalid header',
  headerTooLong:
    '{{file}} contains far too much metadata (more than {{megabytes}} MB of titles, streams and programmes), so it was not read. The file was not changed. Write its video and audio into a separate file.',
  noFrameSize: 'has a damaged header: it does not state the frame size',
  codecUnsupported: '{{file}} uses a video codec that this ffmpeg does not support. Convert it, or use a newer ffmpeg.',
  encrypted:
    'The video in {{file}} is encrypted (copy protection), so the studio cannot read it. The file was not changed. Ask its source for a copy without protection, and add that instead.',
  noneOfFramesDecodable: 'is damaged: none of its frames can be decoded',
  tooManyFrames:
    '{{file}} has more than {{frames, number}} frames, or its index is damaged. The file was not changed. Cut it into parts, or convert it.',

  // frame-reader.ts, frame-seek.ts, frame-still.ts, thumbnails.ts, model-clip.ts
  noFrameDecodable: 'is damaged: no frame can be decoded',
  endNotDecodable: 'is damaged: its end cannot be decoded',
  framesNotDecodable: 'is damaged: the frames cannot be decoded',
  frameNotDecodable: 'has no frame {{frame}} that can be decoded',
  otherFrame: 'shows a different image for frame {{frame}} than its index says, because some of its frames cannot be decoded',
  findShotsAgain: 'Find its shots again, so that its frames are counted again.',
  noThumbnails: 'yields no thumbnails',
  notCutForModel: 'cannot be cut for the model',

  // placed-audio.ts
  audioNotDecodable: 'has audio that cannot be decoded',
  noAudioTrack: 'There is no audio track {{track}}: the video has {{tracks}}. Choose another track.',
  audioTrackUnreadable:
    'Audio track {{track}} of {{file}} ({{codec}}) cannot be decoded by this ffmpeg. Nothing was changed. Choose another track, or convert the video.',
  audioNotPlaceable:
    'The timestamps of {{file}} cannot be used, so its audio cannot be placed. Nothing was changed. Convert it, e.g. to MP4, and add that instead.',

  // clip-writer.ts, clip-place.ts: why a clip was not written, shown after its name
  fewerFrames: 'only {{frames}} of its {{wanted}} frames could be decoded',
  moreFrames: 'ffmpeg restarted its frame count where the format changes, and wrote {{frames}} for its {{wanted}}',
  timesOutOfOrder: 'the timestamps of its frames are not in order, so they cannot be copied: use the exact mode',
  noKeyFrame: 'there is no key frame before it where a copy could begin: use the exact mode',
  fewerCopied: 'only {{frames}} of its {{wanted}} frames could be copied: use the exact mode',
  nothingCopied: 'none of its frames could be copied',
  keyFramesUnknown: 'its index does not mark key frames, so it cannot be copied: use the exact mode',
  settingsChange: 'the settings of its decoder change before its end, and a copy can hold only one set of them: use the exact mode',
  notByItself: 'its frames cannot be decoded by themselves, so they cannot be copied: use the exact mode',
  codecNotForMp4: 'its codec cannot be copied into an MP4: use the exact mode',
  outsideVideo: 'frames {{first}} to {{last}} are not in the video, which has {{frames}}',
  namesTaken: 'its names (“{{plain}}”, “{{tagged}}”) are taken by other files: choose another folder',
  notCut: 'could not be cut',
  noEncoder: 'This ffmpeg cannot write H.264 and AAC. Install one with libx264, or name one in SHOTLUCK_FFMPEG and SHOTLUCK_FFPROBE.',
  folderNotWritable: 'The folder “{{folder}}” cannot be written to. Nothing was changed. Choose another folder.',
} as const;
