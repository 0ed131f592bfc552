import { z } from 'zod';
import { DetectionRunId, JobId, VideoId } from '#shared/domain/ids.ts';

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

/** Widest still that a client may ask for: 8K. */
const MAX_STILL_WIDTH = 7680;

/** What an address of `shared/contract/media-urls.ts` asks for. Nothing in it is a path. */
export const MediaRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('media'), videoId: VideoId }),
  z.object({
    kind: z.literal('frame'),
    videoId: VideoId,
    frame: wholeNumber,
    width: wholeNumber.pipe(z.number().min(16).max(MAX_STILL_WIDTH)),
  }),
  z.object({ kind: z.literal('sprite'), videoId: VideoId, sheet: wholeNumber }),
  z.object({ kind: z.literal('waveform'), videoId: VideoId }),
  z.object({ kind: z.literal('curve'), runId: DetectionRunId, head: z.enum(['cut', 'transition']) }),
  z.object({ kind: z.literal('frame-times'), videoId: VideoId }),
  z.object({ kind: z.literal('export'), jobId: JobId, file: z.string().min(1).max(255) }),
]);
export type MediaRequest = z.infer<typeof MediaRequest>;

/** Null for what is no address of ours. `url`: path and query, as a client sent it. */
export function parseMediaUrl(url: string): MediaRequest | null {
  const absolute = `http://studio${url}`;
  if (!url.startsWith('/') || !URL.canParse(absolute)) return null;
  const parsed = new URL(absolute);
  const parts = decodedParts(parsed.pathname);
  if (parts === null) return null;
  const [, kind, first, second] = parts;
  const request = MediaRequest.safeParse({
    kind,
    videoId: first,
    runId: first,
    jobId: first,
    frame: second,
    sheet: second,
    head: second,
    file: second,
    width: parsed.searchParams.get('w') ?? '640',
  });
  const wantedParts = request.success ? PART_COUNTS[request.data.kind] : null;
  return request.success && parts.length === wantedParts ? request.data : null;
}

/** The empty part before the first slash counts. */
const PART_COUNTS = { media: 3, frame: 4, sprite: 4, waveform: 3, curve: 4, 'frame-times': 3, export: 4 } as const;

function decodedParts(pathname: string): string[] | null {
  try {
    return pathname.split('/').map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
