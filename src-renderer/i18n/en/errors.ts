/**
 * Per error code the kind of thing that happened. What happened in particular, what is safe and what to do is said by the core's
 * message, which knows the case; `advice` is for the codes where it cannot.
 */
export const errors = {
  'invalid-input': { title: 'That is not possible', advice: 'Nothing was changed. Check what you entered and try again.' },
  forbidden: { title: 'Not allowed' },
  'not-found': { title: 'Not found' },
  conflict: { title: 'Something has changed in the meantime', advice: 'Nothing was overwritten. Check the current state and try again.' },
  cancelled: { title: 'Cancelled' },
  disconnected: { title: 'Not connected', advice: 'The studio will reconnect automatically; then try again.' },
  'no-project': { title: 'That project is not open' },
  'media-missing': { title: 'The video file is missing' },
  'media-corrupt': { title: 'The video file cannot be read' },
  'model-missing': { title: 'A model is not installed' },
  'model-broken': { title: 'A model cannot be used' },
  'tool-missing': { title: 'ffmpeg is missing or too old' },
  'disk-full': { title: 'The disk is full' },
  'read-only': { title: 'Open read-only' },
  damaged: { title: 'The project file is damaged' },
  network: { title: 'Network error' },
  busy: { title: 'The studio is busy' },
  unsupported: { title: 'Not supported' },
  internal: { title: 'Unexpected error', advice: 'Saved work is safe. Try again; if it happens again, see the log for details.' },
} as const;
