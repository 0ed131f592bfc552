import type { DetectContext, ScoreChunk, ScoreCurve } from '../shot-detector.ts';

/** Hands each chunk of scores on as it comes and returns the curve of them all. */
export async function collectScores(chunks: AsyncIterable<ScoreChunk>, context: Pick<DetectContext, 'onScores'>): Promise<ScoreCurve> {
  const cuts: Float32Array[] = [];
  const transitions: Float32Array[] = [];
  for await (const chunk of chunks) {
    cuts.push(chunk.cut.slice());
    if (chunk.transition !== null) transitions.push(chunk.transition.slice());
    context.onScores(chunk);
  }
  return { cut: concat(cuts), transition: transitions.length === cuts.length ? concat(transitions) : null };
}

function concat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
