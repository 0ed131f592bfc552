import type { AddressInfo } from 'node:net';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { createDispatcher, type Dispatcher } from '#core/app/rpc/dispatcher.ts';
import { createEventBus } from '#core/base/events/event-bus.ts';
import { connect } from '#shared/contract/client.ts';
import { query } from '#shared/contract/define.ts';
import type { Events } from '#shared/contract/events.ts';
import { procedures, type Procedures } from '#shared/contract/procedures.ts';
import type { ClientMessage, ServerMessage, Wire } from '#shared/contract/wire.ts';
import { words } from '#shared/words/words.ts';
import { clientWire } from '../helpers/client-socket.ts';
import { createRecordingLogger } from '../helpers/recording-logger.ts';
import { startWithVideo } from '../helpers/test-core.ts';

interface Host {
  readonly wire: Wire<ClientMessage, ServerMessage>;
  close(): void;
}

const portWire = <Out, In>(port: MessagePort): Wire<Out, In> => ({
  send: (message) => port.postMessage(message),
  onMessage: (listener) => {
    port.on('message', listener);
    return () => port.off('message', listener);
  },
  onClose: (listener) => {
    port.on('close', listener);
    return () => port.off('close', listener);
  },
});

/** A new transport is one entry here. */
const hosts: Record<string, (dispatcher: Dispatcher) => Promise<Host>> = {
  'a message port': async (dispatcher) => {
    const { port1, port2 } = new MessageChannel();
    dispatcher.serve(portWire(port1), 'ann');
    return { wire: portWire(port2), close: () => port1.close() };
  },
  'a WebSocket': async (dispatcher) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    const connected = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    dispatcher.serve(clientWire(await connected), 'ann');
    if (client.readyState !== WebSocket.OPEN) await new Promise((resolve) => client.once('open', resolve));
    return {
      wire: clientWire(client),
      close: () => {
        client.close();
        server.close();
      },
    };
  },
};

async function open(host: (dispatcher: Dispatcher) => Promise<Host>) {
  const test = await startWithVideo();
  const { wire, close } = await host(test.core.dispatcher);
  return { ...test, ...connect<Procedures, Events>(procedures, wire), close };
}

/** Serves one procedure that ends only when it is asked to. */
function patientDispatcher() {
  const contract = { test: { wait: query(z.object({}), z.object({})) } };
  const log: string[] = [];
  const logger = createRecordingLogger();
  const wait = (_nothing: object, { signal }: { signal: AbortSignal }): Promise<never> =>
    new Promise((_resolve, reject) => {
      log.push('begun');
      const end = (): void => {
        log.push('aborted');
        reject(new Error('aborted'));
      };
      signal.addEventListener('abort', end, { once: true });
    });
  const parts = {
    contract,
    handlers: { test: { wait } },
    events: createEventBus(logger),
    logger,
    defaultActor: () => 'me',
    openProject: () => null,
  };
  return { contract, log, dispatcher: createDispatcher(parts) };
}

describe.each(Object.entries(hosts))('over %s', (_name, host) => {
  it('a client edits as itself and receives what changed', async () => {
    const { api, on, videoId, close } = await open(host);
    const changed = new Promise((resolve) => on('changed', resolve));
    const shots = await api.shots.split({ videoId, frame: 40 });
    expect(shots.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 40],
      [40, 100],
    ]);
    expect(await changed).toMatchObject({ table: 'shots', videoId, shots: { changed: [{ startFrame: 0 }, { startFrame: 40 }], gone: [] } });
    expect(await api.history.list({ limit: 1 })).toMatchObject([{ actor: 'ann', label: words('edits.splitShot') }]);
    close();
  });

  it('what does not fit is refused in words', async () => {
    const { api, videoId, close } = await open(host);
    // @ts-expect-error the contract says a string
    await expect(api.shots.list({ videoId: 7 })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(api.shots.split({ videoId, frame: 100 })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('not in this video'),
    });
    close();
  });

  it('a running call can be cancelled, and one that loses its connection ends as disconnected', async () => {
    const { dispatcher, contract, log } = patientDispatcher();
    const { wire, close } = await host(dispatcher);
    const { api } = connect(contract, wire);
    const abort = new AbortController();
    const cancelled = api.test.wait({}, { signal: abort.signal });
    await expect.poll(() => log).toEqual(['begun']);
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(log).toEqual(['begun', 'aborted']);

    const orphan = api.test.wait({});
    await expect.poll(() => log).toEqual(['begun', 'aborted', 'begun']);
    close();
    await expect(orphan).rejects.toMatchObject({ code: 'disconnected' });
    await expect(api.test.wait({})).rejects.toMatchObject({ code: 'disconnected' });
    await expect.poll(() => log).toEqual(['begun', 'aborted', 'begun', 'aborted']);
  });

  it('events stop when the client has gone', async () => {
    const { api, core, logger, videoId, close } = await open(host);
    await api.videos.list({});
    close();
    await expect(api.videos.list({})).rejects.toMatchObject({ code: 'disconnected' });
    core.services.shots.split(videoId, { frame: 40 }, 'ben');
    await new Promise((resolve) => setImmediate(resolve));
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
