import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { childEnvironment } from './child-environment.ts';

/**
 * Ends programs of ours when our own process dies without having a chance to: a killed core would leave an ffmpeg that goes on for
 * hours and writes into folders that its successor works in.
 */
export interface Leash {
  /** To be put into the surroundings of each program: by it one is found that was started in the very moment of our death. */
  readonly mark: Readonly<Record<string, string>>;
  /** To be called just before a program is started, so that there is no moment in which nobody would end it. */
  prepare(): void;
  /** Until it has ended, this program ends with us. */
  hold(child: ChildProcess): void;
}

/**
 * Reads `+ <pid>`, `- <pid>`, and `.` when it is not needed any more; the end of its input without that is our death. Then it ends what was
 * registered, and on Linux what bears the mark too: between the start of a program and the word of it there is a moment. Signals that are meant
 * for us all leave it to its work.
 */
const KEEPER = `trap '' INT TERM HUP
held=' '
while read -r sign pid; do
  case $sign in
    +) held="$held$pid " ;;
    .) exit 0 ;;
    -) held="\${held%% $pid *} \${held#* $pid }" ;;
  esac
done
for pid in $held; do kill -KILL "$pid"; done 2>/dev/null
for file in $(grep -lsF -e "$1" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -KILL "\${pid%/environ}"
done 2>/dev/null`;

/** The keeper waits this long for the next program before it is let go. */
const LINGER_MS = 5_000;

/** A tiny shell beside us that outlives us for a moment. On Windows there is none: programs there end when their pipes do. */
export function createLeash(lingerMs = LINGER_MS): Leash {
  const held = new Set<number>();
  const mark = { SHOTLUCK_LEASH: randomUUID() };
  let keeper: ChildProcess | null = null;
  let idle: NodeJS.Timeout | null = null;

  function send(line: string): void {
    keeper?.stdin?.write(`${line}\n`);
  }

  function start(): void {
    const started = spawn('sh', ['-c', KEEPER, 'sh', `SHOTLUCK_LEASH=${mark.SHOTLUCK_LEASH}`], {
      env: childEnvironment(),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const gone = (): void => {
      if (keeper === started) keeper = null;
    };
    started.once('exit', gone);
    // Without a shell programs run as they always did.
    started.once('error', gone);
    // With no file left to open there are no pipes, and `error` is still to come.
    if (started.stdio === undefined) return;
    started.stdin.on('error', gone);
    // It must not keep us alive: it is there for when we are not.
    started.unref();
    (started.stdin as { unref?(): void }).unref?.();
    keeper = started;
    for (const pid of held) send(`+ ${pid}`);
  }

  function stay(): void {
    if (idle !== null) clearTimeout(idle);
    idle = null;
    if (keeper === null) start();
  }

  function letGoLater(): void {
    if (held.size > 0) return;
    if (idle !== null) clearTimeout(idle);
    idle = setTimeout(() => {
      // Without the word it would end a program that its successor looks after by now.
      keeper?.stdin?.end('.\n');
      keeper = null;
    }, lingerMs);
    idle.unref();
  }

  return {
    mark,
    prepare() {
      if (process.platform === 'win32') return;
      stay();
      // For when the program does not start after all.
      letGoLater();
    },
    hold(child) {
      const { pid } = child;
      if (pid === undefined || process.platform === 'win32') return;
      stay();
      held.add(pid);
      send(`+ ${pid}`);
      child.once('exit', () => {
        held.delete(pid);
        send(`- ${pid}`);
        letGoLater();
      });
    },
  };
}
