import { mapInTurns, takeTurns } from '#core/base/turns.ts';
import { AppError } from '#shared/contract/errors.ts';
import { ShotId } from '#shared/domain/ids.ts';
import { type SummaryMethod, summariserId } from '#shared/domain/summary-method.ts';
import { words } from '#shared/words/words.ts';
import type { CaptionResult, GenerationOptions } from '../captioner.ts';
import { ContextExceededError, type PromptPart, type Writer } from '../writer.ts';
import type { Summariser, SummaryContext, SummaryRequest, SummaryResult, SummaryWriting } from '../summariser.ts';
import { linkSentences } from './sentence-links.ts';
import { readMarkers } from './shot-markers.ts';
import { type SummaryItem, itemsOf } from './summary-items.ts';
import { estimateTokens, type Load, planWindows } from './summary-plan.ts';
import { fitTokens, MERGE_HEADING, partHeading, renderSummaryPrompt, targetWords } from './summary-prompt.ts';

export const MODEL_SUMMARISER_VERSION = '1';

export interface ModelSummariserOptions {
  readonly method: SummaryMethod;
  readonly writer: Writer;
  readonly promptTemplate: string;
  readonly generation: GenerationOptions;
}

/** How far the work is once all parts are summarised. */
const PARTS_SHARE = 0.8;
/** `Part 12: `, the dots at a cut and the blank line after. */
const PART_LABEL_TOKENS = 8;
/** For the chat template around a prompt, which is not ours to count. */
const TEMPLATE_TOKENS = 64;
/** So much of a text is counted to learn how its language falls into tokens. */
const COUNTED_LETTERS = 20_000;
/** Some lines have more tokens to the letter than the whole. */
const COUNT_MARGIN = 1.1;
/** How often a plan is made anew, each with parts of two thirds of the size. */
const MOST_TRIES = 4;
const TIGHTER = 1.5;
/** A text that is still being written. */
const MOST_OF_UNFINISHED = 0.95;
/** Parts of a long video are summarised at this share of the length of the whole. */
const PART_SHARE = 0.6;
const LEAST_PART_TOKENS = 48;
/** One shot with one picture. */
const LEAST_ROOM_TOKENS = 96;
const PICTURE_SIZE_PX = 448;
/** However long a summary may be, this much of a small context is its most: the rest is for the video. */
const MOST_OF_CONTEXT = 0.25;

/**
 * Summarises with a model, by one of the ways of `SummaryMethod`. A video that does not fit into the model's context is summarised in parts,
 * then the parts are merged into one, in as many rounds as it takes. Sentences are linked to shots by the markers that the prompt asks for,
 * else by likeness to captions and speech.
 */
export function createModelSummariser({ method, writer, promptTemplate, generation: asked }: ModelSummariserOptions): Summariser {
  const generation = { ...asked, maxNewTokens: Math.min(asked.maxNewTokens, Math.floor(writer.contextTokens * MOST_OF_CONTEXT)) };
  const sizePx = writer.pictureSizePx ?? PICTURE_SIZE_PX;
  /** As far as is known where the writer cannot count. */
  let tokensPerEstimated = 1;

  /** Where only a server can count tokens, its word that a prompt was too long makes the parts smaller. */
  async function summarise(request: SummaryRequest, context: SummaryContext): Promise<SummaryResult> {
    for (let tries = 1; ; tries++) {
      try {
        return await write(request, context);
      } catch (error) {
        if (!(error instanceof ContextExceededError) || tries === MOST_TRIES) throw error;
        tokensPerEstimated *= TIGHTER;
      }
    }
  }

  async function write(request: SummaryRequest, context: SummaryContext): Promise<SummaryResult> {
    const prompt = renderSummaryPrompt(promptTemplate, { title: request.title, words: targetWords(generation.maxNewTokens) });
    const room = await roomFor(
      prompt,
      request.shots.map((shot) => `${shot.caption} ${shot.speech}`),
    );
    const { pictureTokens, readsTextAlone } = writer;
    const items = await itemsOf(method, request.shots, { room, pictureTokens, readsTextAlone, turn: takeTurns(context.signal) });
    if (items.length === 0) throw new AppError('invalid-input', words('engines.nothingToSummarise'));
    const windows = planWindows(items, room);
    const frames = new Set<number>();

    if (windows.length === 1) {
      const onText = (text: string): void => {
        context.onText(text);
        context.onProgress(writtenShare(text, targetWords(generation.maxNewTokens)));
      };
      const whole = await writeItems(items, { heading: '', prompt, generation }, { context, frames, onText });
      context.onProgress(1);
      return finish(request, [whole], { frames, partCount: 1, signal: context.signal });
    }
    const partGeneration = { ...generation, maxNewTokens: Math.max(LEAST_PART_TOKENS, Math.round(generation.maxNewTokens * PART_SHARE)) };
    const partPrompt = renderSummaryPrompt(promptTemplate, { title: request.title, words: targetWords(partGeneration.maxNewTokens) });
    const partsShare = writer.readsTextAlone ? PARTS_SHARE : 1;
    const written: string[] = [];
    const parts: CaptionResult[] = [];
    for (const [index, { start, end }] of windows.entries()) {
      const asked = { heading: partHeading(index + 1, windows.length), prompt: partPrompt, generation: partGeneration };
      const part = await writeItems(items.slice(start, end), asked, {
        context,
        frames,
        onText: (text) => context.onText([...written, text].join('\n\n')),
      });
      written.push(part.text);
      parts.push(part);
      context.onProgress((partsShare * (index + 1)) / windows.length);
    }
    // A model that answers only to pictures cannot read what it wrote: its parts stand one after another.
    if (!writer.readsTextAlone) return finish(request, parts, { frames, partCount: parts.length, signal: context.signal });
    const whole = await merge(parts, { prompt, progress: partsShare }, context);
    return finish(request, [whole], { frames, partCount: parts.length, signal: context.signal });
  }

  /** What one prompt holds beside the answer, in tokens as `estimateTokens` reckons them. */
  async function roomFor(prompt: string, texts: readonly string[]): Promise<Load> {
    const heading = writer.readsTextAlone ? MERGE_HEADING : partHeading(1, 2);
    const all = (writer.contextTokens - generation.maxNewTokens - TEMPLATE_TOKENS) / (await tokensPerEstimate(texts));
    const tokens = Math.floor(all) - estimateTokens(`${heading}${prompt}`);
    if (tokens < LEAST_ROOM_TOKENS) throw new AppError('invalid-input', words('engines.contextTooSmall', { tokens: writer.contextTokens }));
    return { tokens, pictures: writer.maxPictures };
  }

  /** How far a model's own way of cutting words is from the estimate. */
  async function tokensPerEstimate(texts: readonly string[]): Promise<number> {
    const sample = texts.join('\n').slice(0, COUNTED_LETTERS);
    if (writer.countTokens === undefined || sample.trim() === '') return tokensPerEstimated;
    return ((await writer.countTokens(sample)) * COUNT_MARGIN) / estimateTokens(sample);
  }

  interface Asked {
    readonly heading: string;
    readonly prompt: string;
    readonly generation: GenerationOptions;
  }
  interface Run {
    readonly context: SummaryContext;
    /** Frames that were looked at. */
    readonly frames: Set<number>;
    readonly onText: (text: string) => void;
  }

  async function writeItems(items: readonly SummaryItem[], asked: Asked, { context, frames, onText }: Run): Promise<CaptionResult> {
    const wanted = items.flatMap((item) => item.frames);
    const pictures = wanted.length === 0 ? [] : await context.pictures(wanted, sizePx);
    const parts: PromptPart[] = [{ type: 'text', text: `${asked.heading}${asked.prompt}` }];
    for (const item of items) {
      parts.push({ type: 'text', text: item.text });
      for (const picture of pictures.filter(({ frame }) => item.frames.includes(frame))) {
        frames.add(picture.frame);
        parts.push({ type: 'picture', picture });
      }
    }
    return writer.write({ parts, generation: asked.generation }, { signal: context.signal, onText });
  }

  interface Round {
    readonly prompt: string;
    /** How far the work was when the round began, 0..1. */
    readonly progress: number;
  }

  /** Merges parts into one, round after round, until one is left. */
  async function merge(parts: readonly CaptionResult[], { prompt, progress }: Round, context: SummaryContext): Promise<CaptionResult> {
    const room = await roomFor(
      prompt,
      parts.map(({ text }) => text),
    );
    // Two parts fit always, so that every round leaves fewer.
    const texts = parts.map((part, index) => `Part ${index + 1}: ${fitTokens(part.text, Math.floor(room.tokens / 2) - PART_LABEL_TOKENS)}`);
    const windows = planWindows(
      texts.map((text) => ({ tokens: estimateTokens(text), pictures: 0 })),
      room,
    );
    const target = windows.length === 1 ? 1 : (progress + 1) / 2;
    const results: CaptionResult[] = [];
    for (const { start, end } of windows) {
      const content = `${MERGE_HEADING}${prompt}\n\n${texts.slice(start, end).join('\n\n')}`;
      results.push(
        await writer.write({ parts: [{ type: 'text', text: content }], generation }, { signal: context.signal, onText: context.onText }),
      );
      context.onProgress(progress + ((target - progress) * results.length) / windows.length);
    }
    const [first] = results;
    return results.length === 1 && first !== undefined ? first : merge(results, { prompt, progress: target }, context);
  }

  /** In turns: what a server answers may be long, and the video too. */
  async function finish(
    { shots }: SummaryRequest,
    results: readonly CaptionResult[],
    { frames, partCount, signal }: { frames: ReadonlySet<number>; partCount: number; signal: AbortSignal },
  ): Promise<SummaryResult> {
    const turn = takeTurns(signal);
    const last = results.at(-1);
    if (last === undefined) throw new Error('a summary has at least one part');
    const { text, sentences } = readMarkers(results.map((result) => result.text).join('\n\n'), shots.length);
    const marked = sentences.map(({ shotNumbers }) => shotNumbers.map((number) => number - 1));
    const linked = await linkSentences({
      sentences: sentences.map(({ start, end }) => text.slice(start, end)),
      shotTexts: shots.map((shot) => `${shot.caption} ${shot.speech}`),
      marked,
      turn,
    });
    const links = await mapInTurns([...sentences.entries()], turn, ([index, { start, end }]) => ({
      start,
      end,
      shotIds: (linked[index]?.shots ?? []).flatMap((shot) => idOf(shots[shot])),
    }));
    const writing: SummaryWriting = {
      model: last.model ?? writer.id,
      modelSha256: last.modelSha256,
      device: last.device,
      prompt: last.renderedPrompt,
      frames: [...frames].toSorted((a, b) => a - b),
      meanLogProb: last.meanLogProb,
      linkedBy: linked.map(({ basis }) => basis),
      partCount,
      notes: [
        ...new Set(results.flatMap((result) => result.notes)),
        ...(results.length > 1 ? ['This model needs images, so its parts were joined without rewriting.'] : []),
      ],
    };
    return { text, links, writing };
  }

  return {
    id: summariserId(method, writer.id),
    version: `${MODEL_SUMMARISER_VERSION} ${writer.version}`,
    needsTexts: method === 'sum-text',
    summarise,
    dispose: writer.dispose,
  };
}

/** How far a text is, by the length that was asked for; never quite done, for models say more or less. */
function writtenShare(text: string, words: number): number {
  const said = text.split(/\s+/u).length;
  return Math.min(MOST_OF_UNFINISHED, said / words);
}

function idOf(shot: { readonly shotId: string } | undefined): ShotId[] {
  return shot === undefined ? [] : [ShotId.parse(shot.shotId)];
}
