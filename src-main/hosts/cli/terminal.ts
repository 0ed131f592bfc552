import { errorCode } from '#core/base/files/error-code.ts';

/** All but the line feed and the tab; and what turns the direction of writing. */
const COMMANDS = /(?![\n\t])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/** Words as a terminal may have them: names of files and texts are other people's, and a terminal obeys the control characters in them. */
export function visible(text: string): string {
  return text.replaceAll(COMMANDS, '\uFFFD');
}

/** A line of the result, on stdout. JSON needs none of this: it is data, and says control characters in other words. */
export function printLine(line: string): void {
  process.stdout.write(`${visible(line)}\n`);
}

/** What is reported beside the result, on stderr; ends its lines itself. */
export function printNote(text: string): void {
  process.stderr.write(visible(text));
}

/** By these a pipe says that nobody reads any more. */
const NOBODY_READS: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/**
 * Whoever read along has gone, e.g. with the terminal: that is no fault, and the work goes on or ends in order. A result that could not be stored, as
 * on a full disk, is one: whoever goes on with it must not take it for whole.
 */
export function watchOutput(): void {
  process.stderr.on('error', () => undefined);
  const fail = (error: Error): void => {
    if (process.stdout.isTTY || NOBODY_READS.has(errorCode(error) ?? '')) return;
    process.stdout.off('error', fail);
    printNote(`shotluck: The output could not be written: ${error.message}\n`);
    // At the very end: what the command makes of its own work is known only after this.
    process.on('exit', () => void (process.exitCode ||= 1));
  };
  process.stdout.on('error', fail).on('error', () => undefined);
}
