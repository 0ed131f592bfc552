/** Texts of the editor page and of what stands on it: player, timeline, shots, captions, transcript, summary. */
export const editor = {
  title: 'Editor',
} as const;
