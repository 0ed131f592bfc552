import type { z } from 'zod';
import type { Right } from '../contract/define.ts';
import type { VideoId } from '../domain/ids.ts';
import type { Words } from '../words/words.ts';

/** What a job made, as clients show it; what a step has nothing of is left out. */
export interface StepOutcome {
  /** Names below `/export/<jobId>/`. */
  readonly files?: readonly string[];
  /** A further name there, for whoever cannot reach the folder. */
  readonly archive?: string | null;
  readonly folder?: string | null;
  /** What was made, by name, e.g. `{ videos: 3, shots: 40 }`. Clients have words for the names. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Items that failed or were mended while the rest went on: "where: why". */
  readonly problems?: readonly Words[];
  readonly leftOutCount?: number;
}

/** A step that can follow an import by itself, or be one of several that are asked for at once. */
export interface AutomaticStep<Request = unknown> {
  /** Whether it does for people who have not said. */
  readonly isOnAtFirst: boolean;
  /** What is asked for then. */
  request(videoId: VideoId): Request;
}

/** What a client sends to have a step done; its `kind` is the step's id. */
export type RequestSchema<Id extends string = string> = z.ZodObject<{ kind: z.ZodLiteral<Id> } & z.core.$ZodLooseShape>;

/**
 * A kind of work that the queue does: what may be asked for, and what comes of it. How it is planned and done is the core's
 * (`core/steps/<step>/`), how it is called and drawn the clients'.
 */
export interface Step<
  Id extends string = string,
  Request extends RequestSchema<Id> | null = RequestSchema<Id> | null,
  Result extends z.ZodType = z.ZodType,
  Automatic extends AutomaticStep | null = AutomaticStep | null,
> {
  readonly id: Id;
  /** Null for work that the studio alone asks for. */
  readonly request: Request;
  /** Null for a step that runs only when it is asked for, or that belongs to each new video. */
  readonly automatic: Automatic;
  /** It changes nothing in the project, and so runs also where that can only be read. */
  readonly isReading?: true;
  /** Who may ask for it: `own` owners alone; left out, whoever works here. */
  readonly right?: Extract<Right, 'own'>;
  /** What a run leaves behind, and one that was stopped if it says so. */
  readonly result: Result;
  outcome(result: z.output<Result>): StepOutcome;
}

/** Ties the parts of a step together, so that each is checked against the others. */
export function defineStep<
  const Id extends string,
  Request extends RequestSchema<Id> | null,
  Result extends z.ZodType,
  Automatic extends AutomaticStep<Request extends z.ZodType ? z.input<Request> : never> | null,
>(step: Step<Id, Request, Result, Automatic>): Step<Id, Request, Result, Automatic> {
  return step;
}
