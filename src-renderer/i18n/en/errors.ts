/** Per error code: a title (what kind of thing happened) and advice (what to do). The core's message stands between them. */
export const errors = {
  'invalid-input': { title: 'That is not possible', advice: 'Nothing was changed. Check what you entered and try again.' },
  'not-found': { title: 'Not there any more', advice: 'It may have been removed meanwhile. Nothing was changed.' },
  conflict: { title: 'Something changed in between', advice: 'Nothing was overwritten. Look at the present state and try again.' },
  cancelled: { title: 'Cancelled', advice: 'What was finished before is kept.' },
  disconnected: { title: 'Not connected', advice: 'Saved work is safe. The studio reconnects by itself; then try again.' },
  'no-project': { title: 'No project is open', advice: 'Open a project or make a new one first.' },
  'media-missing': { title: 'The video file is not there', advice: 'Your annotations are safe. Bring the file back, or relink the video in the library.' },
  'media-corrupt': { title: 'The video file cannot be read', advice: 'The file was not touched. Replace it with a sound copy, then relink the video.' },
  'model-missing': { title: 'A model is not installed', advice: 'See Models for what is installed and where the files belong.' },
  'model-broken': { title: 'A model’s files are damaged', advice: 'Put the model’s files in place again; Models tells which ones are wrong.' },
  'tool-missing': { title: 'ffmpeg is missing or too old', advice: 'Install ffmpeg 5 or newer, then start the studio again. Your project is safe.' },
  'disk-full': { title: 'The disk is full', advice: 'Saved work is safe. Free some space, then retry.' },
  unsupported: { title: 'Not supported', advice: 'Nothing was changed.' },
  internal: { title: 'Unexpected error', advice: 'Saved work is safe. Try again; if it happens again, the log says more.' },
} as const;
