import type { Page } from '@playwright/test';
import type { Shot } from '#shared/domain/shot.ts';
import type { Revision } from '#shared/domain/text.ts';
import type { VideoListPart } from '#shared/domain/video.ts';

interface Answers {
  readonly 'videos.list': VideoListPart;
  readonly 'shots.list': readonly Shot[];
  readonly 'texts.current': readonly Revision[];
  readonly 'jobs.list': readonly unknown[];
}

/** What the core really holds, asked over a wire of its own beside that of the page. */
export function askCore<P extends keyof Answers>(page: Page, path: P, input: Record<string, unknown> = {}): Promise<Answers[P]> {
  return page.evaluate(
    ([url, path, input]) =>
      new Promise<never>((resolve, reject) => {
        const wire = new WebSocket(url);
        wire.addEventListener('open', () => wire.send(JSON.stringify({ type: 'call', id: 1, path, input })));
        wire.addEventListener('error', () => reject(new Error('no wire')));
        wire.addEventListener('message', ({ data }) => {
          const message = JSON.parse(String(data)) as { type: string; id?: number; value: never };
          if (message.id !== 1) return;
          wire.close();
          if (message.type === 'result') resolve(message.value);
          else reject(new Error(String(data)));
        });
      }),
    [new URL('/wire', page.url().replace(/^http/, 'ws')).href, path, input] as const,
  );
}

/** The first video of the project. */
export async function firstVideoId(page: Page): Promise<string> {
  const { videos } = await askCore(page, 'videos.list');
  const [video] = videos;
  if (video === undefined) throw new Error('the project has no video');
  return video.id;
}
