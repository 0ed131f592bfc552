/** Microseconds as ffmpeg's options and filters take a time. */
export function seconds(us: number): string {
  return (us / 1e6).toFixed(6);
}

/** Options of an input: it is read from the place to which this container time leads, wherever that is, and nothing is cut off. */
export function jumpTo(us: number): string[] {
  return ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', seconds(us)];
}
