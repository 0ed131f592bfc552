import type { z } from 'zod';
import type { PersonId } from '../domain/ids.ts';

/** `query` only reads; `mutation` may write and is serialised by the dispatcher. */
export type ProcedureKind = 'query' | 'mutation';

/** What a person may do here: the desktop, the command line and whoever opened the owner's address are owners. */
export type Role = 'owner' | 'annotator';

/** Who may call a procedure: `visit` everybody who was let in, `work` whoever has said a name, `own` owners. */
export type Right = 'visit' | 'work' | 'own';

export interface Procedure<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: ProcedureKind;
  readonly right: Right;
  readonly input: I;
  readonly output: O;
  /** A command that is not begun, and given up, once the page that sent it has gone. Queries are; other commands stand. */
  readonly lapses?: true;
}

export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O, right: Right = 'visit'): Procedure<I, O> {
  return { kind: 'query', right, input, output };
}

export function mutation<I extends z.ZodType, O extends z.ZodType>(input: I, output: O, right: Right = 'work'): Procedure<I, O> {
  return { kind: 'mutation', right, input, output };
}

/** For commands that read what may take long, and whose answer somebody waits for: thrice sent by a page that was closed, they hold up whoever works on. */
export function lapsing<P extends Procedure>(procedure: P): P & { readonly lapses: true } {
  return { ...procedure, lapses: true };
}

export type Contract = Readonly<Record<string, Readonly<Record<string, Procedure>>>>;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export type Client<C extends Contract> = {
  readonly [A in keyof C]: {
    readonly [P in keyof C[A]]: (input: z.input<C[A][P]['input']>, options?: CallOptions) => Promise<z.output<C[A][P]['output']>>;
  };
};

/** The person at the other end of a wire, as the host knows them. */
export interface Caller {
  readonly role: Role;
  /** Null for this machine's own person: the desktop's window and the command line. */
  readonly personId: PersonId | null;
  /** Null until the person has said it. Asked at each call, for it can be changed. */
  name(): string | null;
  /** Told of each call: whoever works is not away. */
  onCall?(): void;
}

/** Who calls and until when: every mutation names its actor in history and provenance. `caller` left out: this machine's own person. */
export interface CallContext {
  readonly actor: string;
  readonly signal: AbortSignal;
  readonly caller?: Caller;
}

/** One implementation per procedure; forgetting one is a compile error. */
export type Handlers<C extends Contract> = {
  readonly [A in keyof C]: {
    readonly [P in keyof C[A]]: (
      input: z.output<C[A][P]['input']>,
      context: CallContext,
    ) => Promise<z.input<C[A][P]['output']>> | z.input<C[A][P]['output']>;
  };
};
