/**
 * Endings by which videos are found in folders, filtered in dialogs, and distinguished from other files that are dropped. A file that a person names
 * is taken by what it holds, whatever its name.
 */
export const VIDEO_EXTENSIONS: readonly string[] =
  '3g2 3gp asf avi divx dv f4v flv gif gxf h264 hevc ivf m1v m2t m2ts m2v m4v mkv mov mp4 mpe mpeg mpg mts mxf nut obu ogm ogv rm rmvb ts vob webm wmv wtv y4m'.split(
    ' ',
  );

export const SUBTITLE_EXTENSIONS: readonly string[] = ['srt', 'vtt'];

/** Of the cut lists that can be read; see `formats/registry.ts`. TransNet V2 writes `NAME.scenes.txt`. */
export const CUT_LIST_EXTENSIONS: readonly string[] = ['edl', 'otio', 'fcpxml', 'xml', 'csv', 'tsv', 'llc', 'txt'];

/** Of the formats that can be imported; see `formats/registry.ts`. Of what is dropped, CSV is a cut list. */
export const DATASET_EXTENSIONS: readonly string[] = ['json', 'jsonl', 'pkl', 'csv'];

/** What is read for one video, into it. */
export type FileOfVideoKind = 'subtitles' | 'cuts';

export type FileKind = 'video' | FileOfVideoKind | 'dataset' | 'unknown';

/** What a file is by its name. */
export function fileKindOf(name: string): FileKind {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (VIDEO_EXTENSIONS.includes(extension)) return 'video';
  if (SUBTITLE_EXTENSIONS.includes(extension)) return 'subtitles';
  if (CUT_LIST_EXTENSIONS.includes(extension)) return 'cuts';
  return DATASET_EXTENSIONS.includes(extension) ? 'dataset' : 'unknown';
}
