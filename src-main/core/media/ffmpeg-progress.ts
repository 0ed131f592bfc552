/** What ffmpeg reports about a run through `-progress`; null: it said `N/A`. */
export interface FfmpegProgress {
  /** Pictures written so far to the first video output. */
  readonly frame: number;
  readonly fps: number | null;
  /** Time of the last packet written, in microseconds; before the first packet it may be absent or negative. */
  readonly outTimeUs: number | null;
  readonly totalSizeBytes: number | null;
  /** Multiple of real time. */
  readonly speed: number | null;
  readonly isEnd: boolean;
}

/** `key=value` with one of the keys that ffmpeg writes; anything else on the same pipe is a log line. */
const PROGRESS_LINE =
  /^(frame|fps|stream_\d+_\d+_(?:q|psnr_\w+)|bitrate|total_size|out_time_us|out_time_ms|out_time|dup_frames|drop_frames|speed|progress)=(.*)$/s;

export interface ProgressParser {
  /**
   * Takes one line. `progress`: the block that this line completed. `isLog`: the line is no part of a block, but something that
   * ffmpeg said.
   */
  line(text: string): { readonly progress: FfmpegProgress | null; readonly isLog: boolean };
}

/**
 * Reads the blocks that `-progress pipe:N` writes: lines `key=value`, each block ended by `progress=continue` or `progress=end`.
 * See print_report() in ffmpeg's fftools/ffmpeg.c.
 */
export function createProgressParser(): ProgressParser {
  let block = new Map<string, string>();
  return {
    line(text) {
      const [, key, value] = PROGRESS_LINE.exec(text) ?? [];
      if (key === undefined || value === undefined) return { progress: null, isLog: text.trim() !== '' };
      block.set(key, value.trim());
      if (key !== 'progress') return { progress: null, isLog: false };
      const progress = readBlock(block);
      block = new Map();
      return { progress, isLog: false };
    },
  };
}

function readBlock(block: ReadonlyMap<string, string>): FfmpegProgress {
  return {
    frame: number(block.get('frame')) ?? 0,
    fps: number(block.get('fps')),
    // `out_time_ms` carries microseconds too, a defect that ffmpeg keeps for compatibility.
    outTimeUs: number(block.get('out_time_us')) ?? number(block.get('out_time_ms')),
    totalSizeBytes: number(block.get('total_size')),
    speed: number(block.get('speed')?.replace(/x$/, '')),
    isEnd: block.get('progress') === 'end',
  };
}

function number(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
