import type { VideoDocument } from '#core/project/documents/video-document.ts';
import type { Shot } from '#shared/domain/shot.ts';
import type { CaptionParams } from './plan.ts';

/** Temperature of further candidates when the first is decoded greedily, which would give the same words again and again. */
const CANDIDATE_TEMPERATURE = 0.7;

/** The shots that a job is asked to caption, in order. */
export function targetShots(document: VideoDocument, { targets, task }: Pick<CaptionParams, 'targets' | 'task'>): Shot[] {
  if ('shotIds' in targets) {
    const wanted = new Set(targets.shotIds);
    return document.shots.filter((shot) => wanted.has(shot.id));
  }
  const { which } = targets;
  const texts = new Map(document.texts.flatMap((text) => (text.kind === task ? [[text.shotId, text]] : [])));
  return document.shots.filter((shot) => {
    const current = texts.get(shot.id);
    if (which === 'all') return true;
    if (which === 'stale') return current !== undefined && current.staleReason !== null;
    return current === undefined || current.text.trim() === '';
  });
}

/** How the candidate with this index is decoded: the first as asked, each other one sampled with a seed of its own. */
export function candidateOptions(asked: CaptionParams['generation'], index: number): CaptionParams['generation'] {
  if (index === 0) return asked;
  return { ...asked, temperature: asked.temperature > 0 ? asked.temperature : CANDIDATE_TEMPERATURE, seed: asked.seed + index };
}
