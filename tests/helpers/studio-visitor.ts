import { WebSocket } from 'ws';
import { connect, type Connection } from '#shared/contract/client.ts';
import type { Events } from '#shared/contract/events.ts';
import { procedures, type Procedures } from '#shared/contract/procedures.ts';
import type { ClientMessage, ServerMessage } from '#shared/contract/wire.ts';
import { clientWire } from './client-socket.ts';

/** A person at a served studio, by the way that a browser goes: address, cookie, WebSocket. */
export interface StudioVisitor extends Connection<Procedures, Events> {
  /** `name=value`, as a browser sends it. */
  readonly cookie: string;
  /** Resolves with the code when the wire has closed. */
  readonly closed: Promise<number>;
  leave(): void;
}

/** Opens a printed address; with a `name`, says it. */
export async function visitStudio(url: string, name: string | null): Promise<StudioVisitor> {
  const answer = await fetch(url, { redirect: 'manual' });
  const [cookie = ''] = answer.headers.getSetCookie().map((header) => header.split(';')[0]);
  if (cookie === '') throw new Error(`nobody was let in: ${answer.status} ${await answer.text()}`);
  return openWire(url, cookie, name);
}

/** A further page of a browser that was let in before. */
export async function openWire(url: string, cookie: string, name: string | null = null): Promise<StudioVisitor> {
  const { host, origin } = new URL(url);
  const socket = new WebSocket(`ws://${host}/wire`, { headers: { cookie, origin } });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const connection = connect<Procedures, Events>(procedures, clientWire<ClientMessage, ServerMessage>(socket));
  if (name !== null) await connection.api.people.introduce({ name });
  return { ...connection, cookie, closed, leave: () => socket.close() };
}
