import { PLAIN_SCORE } from './plain-frame.ts';

/** A dissolve, or a fade through a plain colour, as a transition curve shows it. */
export interface GradualTransition {
  readonly kind: 'dissolve' | 'fade';
  /** Frames in `[startFrame, endFrame)` are neither shot alone. */
  readonly startFrame: number;
  readonly endFrame: number;
  /** Where the new shot is said to begin; null where the video fades in from nothing or out to nothing. */
  readonly boundaryFrame: number | null;
  /** How sure the detector is of a boundary here, 0..1. */
  readonly score: number;
}

/** A transition has a frame with at least this score, and reaches as far as scores stay above the lower one. */
const CERTAIN_SCORE = 0.4;
const INSIDE_SCORE = 0.25;
/** Fewer mixed frames in a row are what compression or motion blur makes of a hard cut. */
const MIN_MIXED_FRAMES = 3;
/** Between a picture that fades and the plain frame that it fades to, scores drop for a moment. */
const MAX_GAP_FRAMES = 3;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Gradual transitions in the order of frames.
 * @param cut score per frame of a boundary there.
 * @param transition score per frame of lying in a transition, on the scale of `transitionScore`.
 */
export function findTransitions(cut: Float32Array, transition: Float32Array): GradualTransition[] {
  const inside = spansWhere(transition.length, (frame) => (transition[frame] ?? 0) >= INSIDE_SCORE);
  return joinFades(inside, transition).flatMap((span) => {
    const plain = longestPlain(span, transition);
    const found = plain === null ? dissolve(span, cut, transition) : fade(span, plain, cut);
    return found === null ? [] : [found];
  });
}

/** Both curves must speak for it: a quick pan makes each rise a little. */
function dissolve(span: Span, cut: Float32Array, transition: Float32Array): GradualTransition | null {
  const { start, end } = span;
  const certainty = transition[highest(transition, span)] ?? 0;
  if (end - start < MIN_MIXED_FRAMES || certainty < CERTAIN_SCORE) return null;
  const boundaryFrame = highest(cut, { start: Math.max(1, start), end: end + 1 });
  return { kind: 'dissolve', startFrame: start, endFrame: end, boundaryFrame, score: (cut[boundaryFrame] ?? 0) * certainty };
}

/**
 * Out to the plain colour, in from it, or both. Where one side is missing, the boundary is the hard edge there; plain frames
 * between two hard edges are a shot of their own, not a fade.
 */
function fade(span: Span, plain: Span, cut: Float32Array): GradualTransition | null {
  const fadesOut = plain.start - span.start >= MIN_MIXED_FRAMES;
  const fadesIn = span.end - plain.end >= MIN_MIXED_FRAMES;
  const isAtEdge = span.start === 0 || plain.start === 0 || plain.end === cut.length || span.end === cut.length;
  if (!fadesOut && !fadesIn) return null;
  const before = highest(cut, { start: Math.max(1, span.start), end: plain.start + 2 });
  const after = highest(cut, { start: Math.max(1, plain.end - 1), end: span.end + 2 });
  const [scoreBefore, scoreAfter] = [cut[before] ?? 0, cut[after] ?? 0];
  const middle = Math.floor((plain.start + plain.end) / 2);
  const boundaryFrame = fadesOut && fadesIn ? middle : fadesOut ? after : before;
  return {
    kind: 'fade',
    startFrame: Math.min(span.start, boundaryFrame),
    endFrame: Math.max(span.end, boundaryFrame),
    boundaryFrame: isAtEdge ? null : boundaryFrame,
    // Two halves, either of which indicates the boundary: the chance that not both are wrong.
    score: 1 - (1 - scoreBefore) * (1 - scoreAfter),
  };
}

/** Closes short gaps beside plain frames, so that a fade out, its plain frames and the fade in are one span. */
function joinFades(spans: readonly Span[], transition: Float32Array): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    const isFade = last !== undefined && (transition[last.end - 1] === PLAIN_SCORE || transition[span.start] === PLAIN_SCORE);
    if (last !== undefined && isFade && span.start - last.end <= MAX_GAP_FRAMES)
      joined[joined.length - 1] = { start: last.start, end: span.end };
    else joined.push(span);
  }
  return joined;
}

function longestPlain({ start, end }: Span, transition: Float32Array): Span | null {
  const spans = spansWhere(end - start, (index) => transition[start + index] === PLAIN_SCORE);
  const [first = null, ...others] = spans.map((span) => ({ start: start + span.start, end: start + span.end }));
  return others.reduce(
    (longest, span) => (longest !== null && longest.end - longest.start >= span.end - span.start ? longest : span),
    first,
  );
}

function spansWhere(length: number, isInside: (index: number) => boolean): Span[] {
  const spans: Span[] = [];
  for (let index = 0; index < length; index++) {
    if (!isInside(index)) continue;
    const start = index;
    while (index + 1 < length && isInside(index + 1)) index++;
    spans.push({ start, end: index + 1 });
  }
  return spans;
}

/** Frame with the highest score, the first of equals. */
function highest(scores: Float32Array, { start, end }: Span): number {
  let best = start;
  for (let frame = start; frame < Math.min(end, scores.length); frame++) if ((scores[frame] ?? 0) > (scores[best] ?? 0)) best = frame;
  return best;
}
