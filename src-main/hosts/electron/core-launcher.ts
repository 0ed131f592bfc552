import { fork } from 'node:child_process';
import { utilityProcess } from 'electron';
import type { ToCore } from './core-messages.ts';

/** A running core process, however it was started. */
export interface CoreProcess {
  send(message: ToCore): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; `how` says in words how it ended, or why it did not start. */
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

export type CoreLauncher = (entryPath: string, args: readonly string[]) => CoreProcess;

/** The database engine needs Node-API 10, which came with Node 22. */
const MIN_NODE_MAJOR = 22;

/**
 * Electron's own utility process where its Node is new enough; else a child process on the Node that `SHOTLUCK_NODE` names
 * (also handy for debugging the core with plain Node).
 */
export function chooseLauncher(electronNodeVersion: string, nodePath: string | undefined): CoreLauncher {
  const major = Number(electronNodeVersion.split('.')[0]);
  if (major >= MIN_NODE_MAJOR) return launchUtilityProcess;
  if (nodePath === undefined)
    throw new Error(
      `This Electron includes Node ${electronNodeVersion}; set SHOTLUCK_NODE to a Node ${MIN_NODE_MAJOR} or newer, or use "npm start".`,
    );
  return launchWithNode(nodePath);
}

function launchUtilityProcess(entryPath: string, args: readonly string[]): CoreProcess {
  const child = utilityProcess.fork(entryPath, [...args], { serviceName: 'Shotluck core' });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', (code) => listener(`exit code ${code}`)),
    kill: () => child.kill(),
  };
}

function launchWithNode(nodePath: string): CoreLauncher {
  return (entryPath, args) => {
    const child = fork(entryPath, args, {
      execPath: nodePath,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    return {
      send: (message) => {
        if (child.connected) child.send(message);
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => {
        child.once('exit', (code, signal) => listener(signal ?? `exit code ${code}`));
        child.on('error', (error) => {
          // Without a process there will be no 'exit'; other errors concern a process that still runs.
          if (child.pid === undefined) listener(error.message);
        });
      },
      kill: () => child.kill('SIGKILL'),
    };
  };
}
