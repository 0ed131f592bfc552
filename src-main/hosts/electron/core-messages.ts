import { z } from 'zod';
import { AppError, Refusal } from '#shared/contract/errors.ts';
import { GrantId } from '#shared/domain/ids.ts';

/** What main asks of the core process beside the wires; the renderer can reach none of it. */
export const CoreRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('grant'), path: z.string() }),
  z.object({ kind: z.literal('media'), url: z.string() }),
  z.object({ kind: z.literal('export-path'), url: z.string() }),
  z.object({ kind: z.literal('open-project'), path: z.string() }),
  z.object({ kind: z.literal('facts') }),
]);
export type CoreRequest = z.infer<typeof CoreRequest>;

export const GrantAnswer = z.object({ grantId: GrantId, name: z.string() });

/** What main alone cannot know. */
export const FactsAnswer = z.object({ ffmpegVersion: z.string().nullable(), mayUseNetwork: z.boolean() });
export type FactsAnswer = z.infer<typeof FactsAnswer>;

export const MediaAnswer = z
  .union([
    z.object({ path: z.string(), stamp: z.string(), contentType: z.string(), cacheSeconds: z.number() }),
    z.object({ archive: z.array(z.object({ name: z.string() })), contentType: z.string(), cacheSeconds: z.number() }),
    z.object({ bytes: z.instanceof(Uint8Array), contentType: z.string(), cacheSeconds: z.number() }),
  ])
  .nullable();
export type MediaAnswer = z.infer<typeof MediaAnswer>;

/** What the core process asks of main, which alone reaches the keychain of the system. */
export const SecretRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('is-persistent') }),
  z.object({ kind: z.literal('get'), name: z.string() }),
  z.object({ kind: z.literal('set'), name: z.string(), value: z.string() }),
  z.object({ kind: z.literal('remove'), name: z.string() }),
]);
export type SecretRequest = z.infer<typeof SecretRequest>;

/** What went wrong in the other process. */
const Failure = Refusal.omit({ code: true });

export function failureOf(error: unknown): z.infer<typeof Failure> {
  if (!(error instanceof AppError)) return { message: error instanceof Error ? error.message : String(error) };
  return { message: error.message, words: error.words };
}

/** Main → core process. `wireId` names one renderer connection. */
export const ToCore = z.discriminatedUnion('type', [
  z.object({ type: z.literal('wire-open'), wireId: z.int() }),
  z.object({ type: z.literal('wire-message'), wireId: z.int(), message: z.unknown() }),
  z.object({ type: z.literal('wire-close'), wireId: z.int() }),
  z.object({ type: z.literal('request'), requestId: z.int(), request: CoreRequest }),
  /** Nobody waits for the answer of this request any more. */
  z.object({ type: z.literal('cancel-request'), requestId: z.int() }),
  z.object({ type: z.literal('secret-answer'), requestId: z.int(), value: z.union([z.string(), z.boolean(), z.null()]) }),
  Failure.extend({ type: z.literal('secret-refusal'), requestId: z.int() }),
  z.object({ type: z.literal('shutdown') }),
]);
export type ToCore = z.infer<typeof ToCore>;

/** Core process → main. */
export const FromCore = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  Failure.extend({ type: z.literal('failed') }),
  z.object({ type: z.literal('wire-message'), wireId: z.int(), message: z.unknown() }),
  z.object({ type: z.literal('answer'), requestId: z.int(), value: z.unknown() }),
  Refusal.extend({ type: z.literal('refusal'), requestId: z.int() }),
  z.object({ type: z.literal('secret-request'), requestId: z.int(), request: SecretRequest }),
]);
export type FromCore = z.infer<typeof FromCore>;
