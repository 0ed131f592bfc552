import { z } from 'zod';
import { Refusal } from './errors.ts';

/** A message that a client may send; anything else on the wire is refused. */
export const ClientMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('call'),
    id: z.int(),
    path: z.string().max(200),
    input: z.unknown(),
    /** Of the project that the caller sees; what is meant for that one is done in no other. Left out: whichever is open. */
    project: z.string().max(64).optional(),
  }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const ServerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.int(), value: z.unknown() }),
  Refusal.extend({ type: z.literal('error'), id: z.int() }),
  z.object({ type: z.literal('event'), name: z.string(), payload: z.unknown() }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** The core's end of a wire, with what only some transports can report. */
export interface ServerWire extends Wire<ServerMessage, ClientMessage> {
  /** What was sent and not yet taken by the client, in bytes. Left out where the transport does not report it. */
  backlogBytes?(): number;
  /** Gives a client up that takes nothing. */
  drop?(): void;
}
/** WebSocket close code: the session was ended, and trying again without a new one is no use. */
export const SESSION_ENDED = 4401;

/** What every host must offer: a duplex of JSON-safe messages. Listeners return their own removal. */
export interface Wire<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): () => void;
  onClose(listener: () => void): () => void;
}
