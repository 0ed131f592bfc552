import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { CoreConfig } from '#core/base/config.ts';
import { type Core, createCore } from '#core/app/create-core.ts';
import type { Clock } from '#core/base/host.ts';
import type { Guest } from '#core/app/people/people-service.ts';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { connect, type Connection } from '#shared/contract/client.ts';
import type { Role } from '#shared/contract/define.ts';
import type { Events } from '#shared/contract/events.ts';
import { procedures, type Procedures } from '#shared/contract/procedures.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { makeProbe } from './probe.ts';
import { createRecordingLogger } from './recording-logger.ts';
import { testConfig } from './test-config.ts';
import type { StudioHost } from '#core/engines/engine-worker-handle.ts';

export { makeProbe };

export interface ManualClock extends Clock {
  /** Time passes. */
  advance(ms: number): void;
  /** Somebody, or a time server, sets the wall clock: no time passes. */
  setWall(byMs: number): void;
}

export function createManualClock(startMs = Date.UTC(2026, 0, 5, 9)): ManualClock {
  let passedMs = 0;
  let wallMs = startMs;
  return {
    nowMs: () => wallMs + passedMs,
    monotonicMs: () => passedMs,
    advance: (ms) => void (passedMs += ms),
    setWall: (byMs) => void (wallMs += byMs),
  };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'shotluck-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestCore {
  readonly core: Core;
  readonly dataDir: string;
  readonly clock: ManualClock;
  readonly logger: ReturnType<typeof createRecordingLogger>;
  /** A client of this name, over a wire as in the product. */
  as(actor: string): Connection<Procedures, Events>;
}

/** The core as hosts start it, in a temporary folder and with a clock that only the test moves. Ends with the test. */
export function startTestCore(
  options: { dataDir?: string; clock?: ManualClock; host?: Partial<StudioHost>; config?: Partial<CoreConfig> } = {},
): TestCore {
  const dataDir = options.dataDir ?? temporaryFolder();
  const clock = options.clock ?? createManualClock();
  const logger = createRecordingLogger();
  const spawnEngineWorker = (): never => {
    throw new Error('this test starts no engine');
  };
  const core = createCore(
    { ...testConfig(dataDir), ...options.config },
    { logger, clock, spawnEngineWorker, secrets: createSessionSecrets(), ...options.host },
  );
  onTestFinished(() => core.close());
  function as(actor: string): Connection<Procedures, Events> {
    const { client, server } = memoryWires();
    core.dispatcher.serve(server, actor);
    return connect<Procedures, Events>(procedures, client);
  }
  return { core, dataDir, clock, logger, as };
}

/** A client in a browser that was let in. */
export interface TestGuest extends Connection<Procedures, Events> {
  readonly guest: Guest;
  close(): void;
}

/** A browser's session on this core, under `name` unless that is null. */
export async function joinAs(core: Core, role: Role, name: string | null): Promise<TestGuest> {
  const { client, server, close } = memoryWires();
  const guest = core.services.people.join(role);
  const depart = guest.arrive();
  core.dispatcher.serve(server, guest);
  const connection = connect<Procedures, Events>(procedures, client);
  if (name !== null) await connection.api.people.introduce({ name });
  return {
    ...connection,
    guest,
    close() {
      depart();
      close();
    },
  };
}

/** Both ends of a wire in one process; like the real ones it carries copies, later. */
export function memoryWires(): { client: Wire<ClientMessage, ServerMessage>; server: Wire<ServerMessage, ClientMessage>; close(): void } {
  const onClose = new Set<() => void>();
  const toServer = new Set<(message: ClientMessage) => void>();
  const toClient = new Set<(message: ServerMessage) => void>();
  const end = <Out, In>(others: Set<(message: Out) => void>, own: Set<(message: In) => void>): Wire<Out, In> => ({
    send: (message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => {
        for (const listener of others) listener(copy);
      });
    },
    onMessage: (listener) => {
      own.add(listener);
      return () => own.delete(listener);
    },
    onClose: (listener) => {
      onClose.add(listener);
      return () => onClose.delete(listener);
    },
  });
  return { client: end(toServer, toClient), server: end(toClient, toServer), close: () => onClose.forEach((listener) => listener()) };
}

/** Adds a video as measured, with one shot; its file is there but holds only its name, so no job runs on it. */
export async function addMeasuredVideo(test: TestCore, name = 'holiday.mp4', frameCount = 100, actor = 'ann'): Promise<VideoId> {
  const file = path.join(test.dataDir, name);
  await writeFile(file, name);
  const { videos, shots } = test.core.services;
  const { added } = await videos.addFiles([file], actor);
  const [videoId] = added;
  if (videoId === undefined) throw new Error(`${name} was not added`);
  videos.setProbe(videoId, makeProbe(frameCount, { sizeBytes: Buffer.byteLength(name) }), null);
  shots.ensureTiled(videoId, actor);
  return videoId;
}

/** A core with an open project and one measured video of 100 frames, added by ann. */
export async function startWithVideo(): Promise<TestCore & { readonly videoId: VideoId }> {
  const test = startTestCore();
  await test.core.services.projects.createIn(test.dataDir, 'Demo');
  return { ...test, videoId: await addMeasuredVideo(test) };
}
