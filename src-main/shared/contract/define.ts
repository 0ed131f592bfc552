import type { z } from 'zod';

/** `query` only reads; `mutation` may write and is serialised by the dispatcher. */
export type ProcedureKind = 'query' | 'mutation';

export interface Procedure<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: ProcedureKind;
  readonly input: I;
  readonly output: O;
}

export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Procedure<I, O> {
  return { kind: 'query', input, output };
}

export function mutation<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Procedure<I, O> {
  return { kind: 'mutation', input, output };
}

export type Contract = Readonly<Record<string, Readonly<Record<string, Procedure>>>>;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export type Client<C extends Contract> = {
  readonly [A in keyof C]: {
    readonly [P in keyof C[A]]: (
      input: z.input<C[A][P]['input']>,
      options?: CallOptions,
    ) => Promise<z.output<C[A][P]['output']>>;
  };
};

/** Who calls and until when: every mutation names its actor in history and provenance. */
export interface CallContext {
  readonly actor: string;
  readonly signal: AbortSignal;
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
