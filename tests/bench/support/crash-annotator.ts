import type { ShotId, VideoId } from '#shared/domain/ids.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { CoreChild } from './core-child.ts';

/** One text or setting, and the last number that was written there: acknowledged, and asked for. */
interface Place {
  acknowledged: number;
  asked: number;
}

export interface AnnotatorCounts {
  acknowledged: number;
  /** Refused in words, e.g. because the disk is full. */
  refused: number;
  lost: number;
}

/**
 * Writes rising numbers into texts, cuts and settings, and later looks whether what was acknowledged is there. What was asked for
 * when the core died may be there or not.
 */
export function createAnnotator(videoId: VideoId) {
  const texts = new Map<string, Place & { readonly shotId: ShotId | null }>();
  const cuts = new Set<number>();
  const counts: AnnotatorCounts = { acknowledged: 0, refused: 0, lost: 0 };
  const setting: Place = { acknowledged: 0, asked: 0 };
  let step = 0;

  function placeOf(shotId: ShotId | null): Place & { readonly shotId: ShotId | null } {
    const key = shotId ?? 'summary';
    const place = texts.get(key) ?? { shotId, acknowledged: 0, asked: 0 };
    texts.set(key, place);
    return place;
  }

  async function write(core: CoreChild, shotId: ShotId | null): Promise<void> {
    const place = placeOf(shotId);
    const number = ++place.asked;
    await core.api.texts.edit({ videoId, shotId, kind: shotId === null ? 'summary' : 'visual', text: `Text ${number}` });
    place.acknowledged = number;
  }

  async function cut(core: CoreChild): Promise<void> {
    // Five frames apart: no cut depends on another.
    const frame = 5 * (cuts.size + 1);
    await core.api.shots.split({ videoId, frame }).catch((error: unknown) => {
      // The cut was made before an answer that never came.
      if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error;
    });
    cuts.add(frame);
  }

  async function set(core: CoreChild): Promise<void> {
    const number = ++setting.asked;
    await core.api.settings.update({ promptTemplate: `Describe shot ${number}.` });
    setting.acknowledged = number;
  }

  return {
    counts,

    /** Works until the core is gone, or `until` is settled. */
    async work(core: CoreChild, isOver: () => boolean, maxCuts: number): Promise<void> {
      const shots = await core.api.shots.list({ videoId });
      while (!isOver()) {
        step++;
        try {
          if (step % 7 === 0 && cuts.size < maxCuts) await cut(core);
          else if (step % 11 === 0) await set(core);
          else await write(core, step % 3 === 0 ? null : (shots[step % shots.length]?.id ?? null));
          counts.acknowledged++;
        } catch (error) {
          if (error instanceof AppError && error.code === 'disconnected') return;
          if (!(error instanceof AppError) || error.code === 'internal') throw error;
          counts.refused++;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    },

    /** @returns what was acknowledged and is not there */
    async look(core: CoreChild): Promise<string[]> {
      const found = new Map((await core.api.texts.current({ videoId })).map((text) => [text.shotId ?? 'summary', numberIn(text.text)]));
      const starts = new Set((await core.api.shots.list({ videoId })).map((shot) => shot.startFrame));
      const { promptTemplate } = await core.api.settings.get({});
      const missing = [
        ...[...texts]
          .filter(([key, place]) => (found.get(key) ?? 0) < place.acknowledged)
          .map(([key, place]) => `text of ${key}: ${found.get(key) ?? 'none'} for ${place.acknowledged}`),
        ...[...cuts].filter((frame) => !starts.has(frame)).map((frame) => `cut at ${frame}`),
        ...(numberIn(promptTemplate) < setting.acknowledged ? [`setting: ${promptTemplate} for ${setting.acknowledged}`] : []),
      ];
      for (const [key, place] of texts) place.asked = Math.max(place.asked, found.get(key) ?? 0);
      counts.lost += missing.length;
      return missing;
    },
  };
}

function numberIn(text: string): number {
  return Number(/\d+/.exec(text)?.[0] ?? 0);
}
