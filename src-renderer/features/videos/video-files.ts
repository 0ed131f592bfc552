import { fileKindOf, type FileKind } from '#shared/domain/file-kinds.ts';

type DroppedFile = Pick<File, 'name' | 'type'> & { readonly path?: string };

/** True for a file that lay in a folder that was dropped or chosen: folders are searched by ending, for nobody named their files. */
function isFromFolder({ path = '', webkitRelativePath = '' }: DroppedFile & { readonly webkitRelativePath?: string }): boolean {
  return webkitRelativePath !== '' || path.replace(/^\.?\//, '').includes('/');
}

/** What is to be done with a file that somebody dropped or chose; `other`: nothing. The core judges a named file by what it holds. */
export function purposeOf(file: DroppedFile): Exclude<FileKind, 'unknown'> | 'other' {
  const kind = fileKindOf(file.name);
  if (kind === 'video' || file.type.startsWith('video/')) return 'video';
  if (isFromFolder(file)) return 'other';
  return kind === 'unknown' ? 'video' : kind;
}

/** Name for a project that is made from dropped files: the first file's name without its ending. */
export function projectNameFor(files: readonly { readonly name: string }[]): string {
  const name = files[0]?.name.replace(/\.[^.]*$/, '').trim() ?? '';
  return name.slice(0, 120) || 'Untitled';
}
