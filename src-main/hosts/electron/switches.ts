import { app } from 'electron';

/**
 * An installed studio opens no port for debuggers: every user and program of the machine could reach it, and with it the page. A pipe
 * (`--remote-debugging-pipe`) stays possible, for it belongs to the one program that started the studio. Before the app is ready.
 */
export function closeDebuggingPort(): void {
  for (const name of ['remote-debugging-port', 'remote-debugging-address', 'remote-allow-origins']) app.commandLine.removeSwitch(name);
}
