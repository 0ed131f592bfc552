import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Guest } from '#core/app/people/people-service.ts';
import type { Role } from '#shared/contract/define.ts';

/** How many connections there may be, so that whoever takes all that they can get leaves places for the others. */
export interface ConnectionLimits {
  /** Of whom nobody knows yet who they are. */
  readonly strangers: number;
  /** Of one person, wires included: far more than the windows of a browser take. */
  readonly ofOne: number;
  /** Of all people of a role together. */
  readonly ofRole: Readonly<Record<Role, number>>;
}

/** Together they stay below the files that a process may have open, of which every connection is one. */
const CONNECTION_LIMITS: ConnectionLimits = { strangers: 64, ofOne: 48, ofRole: { annotator: 288, owner: 160 } };

/** A page is notified that its session has ended before its connection goes. */
const FAREWELL_MS = 1_000;

export interface Connections {
  /** Says whose request came along a connection. False: it has no place, and the request is to be turned away. */
  assign(connection: Duplex, guest: Guest): boolean;
}

/**
 * Gives places to connections. One whose person is not known yet has its place until newer ones want it: whoever opens connections and says
 * nothing loses them, and a browser, whose request comes at once, is let in meanwhile. What belongs to a session ends with it.
 */
export function limitConnections(server: Server, limits: ConnectionLimits = CONNECTION_LIMITS): Connections {
  /** The oldest first. */
  const strangers = new Set<Duplex>();
  const owned = new Map<Duplex, { readonly guest: Guest; readonly stopListening: () => void }>();

  const count = (isMeant: (guest: Guest) => boolean): number => [...owned.values()].filter(({ guest }) => isMeant(guest)).length;

  function release(connection: Duplex): void {
    owned.get(connection)?.stopListening();
    owned.delete(connection);
  }

  /** A browser that opened an address anew goes on with the same connections, in another session. */
  function endSoon(connection: Duplex, guest: Guest): void {
    setTimeout(() => owned.get(connection)?.guest === guest && connection.destroy(), FAREWELL_MS).unref();
  }

  server.on('connection', (connection) => {
    strangers.add(connection);
    connection.once('close', () => {
      strangers.delete(connection);
      release(connection);
    });
    const [oldest] = strangers.size > limits.strangers ? strangers : [];
    oldest?.destroy();
  });

  return {
    assign(connection, guest) {
      const before = owned.get(connection);
      if (before?.guest === guest) return true;
      release(connection);
      const { personId, role } = guest;
      const hasPlace =
        count((other) => other.personId === personId) < limits.ofOne && count((other) => other.role === role) < limits.ofRole[role];
      if (!hasPlace) {
        strangers.add(connection);
        return false;
      }
      strangers.delete(connection);
      owned.set(connection, { guest, stopListening: guest.onEnd(() => endSoon(connection, guest)) });
      return true;
    },
  };
}
