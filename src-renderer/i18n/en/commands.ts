/** Names of the shell's commands; the editor's are in `editor.commands`. */
export const commands = {
  groups: { file: 'File', edit: 'Edit', view: 'View', playback: 'Playback', shots: 'Shots', captions: 'Captions', queue: 'Queue', help: 'Help' },
  undo: 'Undo',
  redo: 'Redo',
} as const;
