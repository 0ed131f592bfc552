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
