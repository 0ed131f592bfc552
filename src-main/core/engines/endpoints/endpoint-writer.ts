import { encodeJpeg } from '#core/media/picture-jpeg.ts';
import { type Endpoint, endpointEngineId } from '#shared/domain/endpoint.ts';
import type { CaptionContext, Captioner, CaptionRequest, CaptionResult, GenerationOptions } from '../captioner.ts';
import type { Picture } from '#core/media/pictures.ts';
import type { PromptPart, Writer } from '../writer.ts';
import type { ChatAnswer } from './chat-answer.ts';
import type { EndpointClient, MessagePart } from './endpoint-client.ts';

/** Longest side of pictures for served models, which are large and read small print. */
const PICTURE_SIZE_PX = 768;
/** A picture of 768 × 432 takes 405 tokens of Qwen2.5-VL (one for 28 × 28 pixels); other families take more, LLaVA-1.5 576. */
const PICTURE_TOKENS = 600;

/** What is sent, and how provenance shows it. */
interface Message {
  readonly parts: readonly MessagePart[];
  readonly rendered: string;
  readonly notes: readonly string[];
}

/** The model of an endpoint as one that reads text and pictures, in any order, and writes text. */
export function createEndpointWriter(endpoint: Endpoint, client: EndpointClient): Writer {
  return {
    id: endpointEngineId(endpoint.id),
    version: endpoint.model,
    maxPictures: endpoint.maxFrames,
    readsTextAlone: true,
    contextTokens: endpoint.contextTokens,
    pictureTokens: PICTURE_TOKENS,
    pictureSizePx: PICTURE_SIZE_PX,
    write: async ({ parts, generation }, context) => ask({ endpoint, client }, await messageOf(parts), generation, context),
    dispose: () => Promise.resolve(),
  };
}

/** The model of an endpoint as captioner: pictures, or the shot as a video, before the prompt. Several shots are in flight at once. */
export function createEndpointCaptioner(endpoint: Endpoint, client: EndpointClient): Captioner {
  async function messageFor({ pictures, prompt }: CaptionRequest, { clip }: CaptionContext): Promise<Message> {
    if (endpoint.sendVideo === 'video_url' && clip !== undefined) return videoMessage(await clip(PICTURE_SIZE_PX), prompt);
    const shown = spread(pictures, endpoint.maxFrames);
    const message = await messageOf([...shown.map((picture) => ({ type: 'picture', picture }) as const), { type: 'text', text: prompt }]);
    const left = pictures.length - shown.length;
    return left === 0
      ? message
      : { ...message, notes: [`Saw ${shown.length} of ${pictures.length} frames: the endpoint accepts no more.`] };
  }

  return {
    id: endpointEngineId(endpoint.id),
    version: endpoint.model,
    parallel: endpoint.concurrency,
    pictureSizePx: PICTURE_SIZE_PX,
    caption: async (request, context) => ask({ endpoint, client }, await messageFor(request, context), request.generation, context),
    dispose: () => Promise.resolve(),
  };
}

interface Server {
  readonly endpoint: Endpoint;
  readonly client: EndpointClient;
}

async function ask(
  { endpoint, client }: Server,
  message: Message,
  generation: GenerationOptions,
  context: CaptionContext,
): Promise<CaptionResult> {
  const answer = await client.chat({ parts: message.parts, generation }, context);
  return {
    text: answer.text,
    tokenCount: answer.tokenCount,
    meanLogProb: answer.meanLogProb,
    device: endpoint.title,
    model: answer.model ?? endpoint.model,
    modelSha256: '',
    renderedPrompt: message.rendered,
    notes: [...message.notes, ...notesOf(answer, generation)],
  };
}

function notesOf({ finishReason, meanLogProb }: ChatAnswer, { maxNewTokens }: GenerationOptions): string[] {
  return [
    ...(finishReason === 'repetition' ? ['Stopped where the model began to repeat itself.'] : []),
    ...(finishReason === 'length' ? [`Cut off after ${maxNewTokens} tokens.`] : []),
    ...(meanLogProb === null ? ['The server reports no log-probabilities, so there is no confidence.'] : []),
  ];
}

async function messageOf(parts: readonly PromptPart[]): Promise<Message> {
  const sent = parts.map(async (part): Promise<MessagePart> => {
    if (part.type === 'text') return part;
    return { type: 'image_url', image_url: { url: dataUrl('image/jpeg', await encodeJpeg(part.picture)) } };
  });
  return { parts: await Promise.all(sent), rendered: render(parts), notes: [] };
}

function videoMessage(mp4: Uint8Array, prompt: string): Message {
  const video = { type: 'video_url', video_url: { url: dataUrl('video/mp4', mp4) } } as const;
  return {
    parts: [video, { type: 'text', text: prompt }],
    rendered: `<video>\n${prompt}`,
    notes: ['Saw the whole shot as a video; the server chose the frames.'],
  };
}

/** Text as it was, runs of pictures shortened to `<image>×N`. */
function render(parts: readonly PromptPart[]): string {
  const lines: string[] = [];
  let run = 0;
  for (const [index, part] of parts.entries()) {
    run = part.type === 'picture' ? run + 1 : 0;
    if (part.type === 'text') lines.push(part.text);
    else if (parts[index + 1]?.type !== 'picture') lines.push(`<image>×${run}`);
  }
  return lines.join('\n');
}

function dataUrl(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}

/** At most `count` of the pictures, spread evenly over all of them. */
function spread(pictures: readonly Picture[], count: number): readonly Picture[] {
  if (pictures.length <= count) return pictures;
  return Array.from({ length: count }, (_, part) => pictures[Math.floor(((part + 0.5) * pictures.length) / count)]).filter(
    (picture) => picture !== undefined,
  );
}
