/**
 * Per error code the kind of thing that happened. What happened in particular, what is safe and what to do is said by the core's
 * message, which knows the case; `advice` is for the codes where it cannot.
 */
export const errors = {
  'invalid-input': { title: 'That is not possible', advice: 'Nothing was changed. Check what you entered and try again.' },
  forbidden: { title: 'You may not do that' },
  'not-found': { title: 'Not found' },
  conflict: { title: 'Something changed in between', advice: 'Nothing was overwritten. Look at the present state and try again.' },
  cancelled: { title: 'Cancelled' },
  disconnected: { title: 'Not connected', advice: 'The studio reconnects by itself; then try again.' },
  'no-project': { title: 'No project is open' },
  'media-missing': { title: 'The video file is not there' },
  'media-corrupt': { title: 'The video file cannot be read' },
  'model-missing': { title: 'A model is not installed' },
  'model-broken': { title: 'A model cannot be used' },
  'tool-missing': { title: 'ffmpeg is missing or too old' },
  'disk-full': { title: 'The disk is full' },
  'read-only': { title: 'Open for reading only' },
  damaged: { title: 'The project file is damaged' },
  network: { title: 'The network does not answer' },
  busy: { title: 'The studio is busy' },
  unsupported: { title: 'Not supported' },
  internal: { title: 'Unexpected error', advice: 'Saved work is safe. Try again; if it happens again, the log says more.' },
} as const;
