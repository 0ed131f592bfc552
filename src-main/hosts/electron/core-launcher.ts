import { fork } from 'node:child_process';
import { utilityProcess } from 'electron';
import type { ToCore } from './core-messages.ts';

/** A running core process, however it was started. */
export interface CoreProcess {
  send(message: ToCore): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
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
    throw new Error(`This Electron carries Node ${electronNodeVersion}; set SHOTLUCK_NODE to a Node ${MIN_NODE_MAJOR} or newer, or use "npm start".`);
  return launchWithNode(nodePath);
}

function launchUtilityProcess(entryPath: string, args: readonly string[]): CoreProcess {
  const child = utilityProcess.fork(entryPath, [...args], { serviceName: 'Shotluck core' });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', listener),
    kill: () => child.kill(),
  };
}

function launchWithNode(nodePath: string): CoreLauncher {
  return (entryPath, args) => {
    const child = fork(entryPath, args, { execPath: nodePath, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    return {
      send: (message) => {
        if (child.connected) child.send(message);
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => child.on('exit', listener),
      kill: () => child.kill('SIGKILL'),
    };
  };
}
