import type { Logger } from '#core/base/host.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly details: object;
  readonly message: string;
}

/** A logger that keeps what it is given. */
export function createRecordingLogger(lines: LogLine[] = []): Logger & { readonly lines: readonly LogLine[] } {
  const at = (level: LogLine['level']) => (details: object, message: string) => void lines.push({ level, details, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
