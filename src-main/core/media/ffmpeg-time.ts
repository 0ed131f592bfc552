/** Microseconds as ffmpeg's options and filters take a time. */
export function seconds(us: number): string {
  return (us / 1e6).toFixed(6);
}
