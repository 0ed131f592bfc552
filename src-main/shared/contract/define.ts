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
  /** See `lookingMutation`. */
  readonly looksFirst?: boolean;
  /** See `longQuery`. */
  readonly takesLong?: boolean;
  readonly input: I;
  readonly output: O;
}

export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O, right: Right = 'visit'): Procedure<I, O> {
  return { kind: 'query', right, input, output };
}

/** A query that goes over the whole project, or starts programs: of each person one runs at a time, and of all annotators few. */
export function longQuery<I extends z.ZodType, O extends z.ZodType>(input: I, output: O, right: Right = 'visit'): Procedure<I, O> {
  return { ...query(input, output, right), takesLong: true };
}

export function mutation<I extends z.ZodType, O extends z.ZodType>(input: I, output: O, right: Right = 'work'): Procedure<I, O> {
  return { kind: 'mutation', right, input, output };
}

/** A mutation that starts programs or reads files of others, which may take as long as it likes: its handler says itself when it writes. */
export interface LookingProcedure<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> extends Procedure<I, O> {
  readonly looksFirst: true;
}

/**
 * A mutation that looks first, beside the line of mutations, so that nobody waits for it; then it writes in its turn (`LookingContext`). It
 * ends with its client, who alone would learn what it found.
 */
export function lookingMutation<I extends z.ZodType, O extends z.ZodType>(
  input: I,
  output: O,
  right: Right = 'work',
): LookingProcedure<I, O> {
  return { kind: 'mutation', right, looksFirst: true, input, output };
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
  /** Called with each call: whoever works is not away. */
  onCall?(): void;
}

/** Who calls and until when: every mutation names its actor in history and provenance. `caller` left out: this machine's own person. */
export interface CallContext {
  readonly actor: string;
  readonly signal: AbortSignal;
  readonly caller?: Caller;
}

export interface LookingContext extends CallContext {
  /** Runs `write` when it is the turn of this mutation. What was looked at before may have changed by then. */
  inTurn<T>(write: () => T): Promise<T>;
}

/** One implementation per procedure; forgetting one is a compile error. */
export type Handlers<C extends Contract> = {
  readonly [A in keyof C]: {
    readonly [P in keyof C[A]]: (
      input: z.output<C[A][P]['input']>,
      context: C[A][P] extends LookingProcedure ? LookingContext : CallContext,
    ) => Promise<z.input<C[A][P]['output']>> | z.input<C[A][P]['output']>;
  };
};
