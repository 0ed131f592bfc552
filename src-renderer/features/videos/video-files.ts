const VIDEO_EXTENSIONS = new Set('3gp asf avi flv m2ts m2v m4v mkv mov mp4 mpeg mpg mts mxf ogm ogv ts vob webm wmv y4m'.split(' '));

/** True for what is worth uploading; whether it really is a film, the core measures. */
export function looksLikeVideo(file: { readonly name: string; readonly type: string }): boolean {
  const extension = file.name.split('.').at(-1)?.toLowerCase() ?? '';
  return file.type.startsWith('video/') || VIDEO_EXTENSIONS.has(extension);
}

/** Name for a project that is made from dropped files: the first file's name without its ending. */
export function projectNameFor(files: readonly { readonly name: string }[]): string {
  const name = files[0]?.name.replace(/\.[^.]*$/, '').trim() ?? '';
  return name.slice(0, 120) || 'Untitled';
}
