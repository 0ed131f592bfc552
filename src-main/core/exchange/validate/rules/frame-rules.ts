import { words } from '#shared/words/words.ts';
import type { Rule } from '../rule.ts';

/** As many frames as the trainer wants; below that it repeats some, sees one place only, or takes nothing. */
export const tooShort: Rule = {
  id: 'too-short',
  severity: 'warn',
  title: words('exchange.ruleTooShort'),
  begin({ trainer }) {
    if (trainer === null) return null;
    const { wants } = trainer.sampling;
    return {
      row({ taken, clipFrames, media }) {
        if (taken === null) return null;
        if (taken.count === 0) return { reason: words('exchange.takesNothing', { frames: clipFrames }), isLost: true };
        if (media.kind === 'pictures') return null;
        const own = new Set(Array.from({ length: Math.min(taken.count, wants) }, (_, index) => taken.at(index))).size;
        return own < wants ? { reason: words('exchange.takesFew', { own, wants, frames: clipFrames }) } : null;
      },
    };
  },
};

/** A caption describes the whole shot; where the trainer takes its beginning only, it speaks of what is not seen. A tenth may be missing. */
const MISSED_SHARE = 0.1;
export const firstFramesOnly: Rule = {
  id: 'first-frames-only',
  severity: 'warn',
  title: words('exchange.ruleFirstFrames'),
  begin({ trainer }) {
    if (trainer?.sampling.isHead !== true) return null;
    return {
      row({ taken, clipFrames }) {
        if (taken === null || taken.count === 0) return null;
        const seen = taken.at(taken.count - 1) + 1;
        return clipFrames - seen <= clipFrames * MISSED_SHARE ? null : { reason: words('exchange.seenOnly', { seen, frames: clipFrames }) };
      },
    };
  },
};

/** `n × step + 1` frames: what does not fit is cut off at the end. */
export const frameArithmetic: Rule = {
  id: 'frame-arithmetic',
  severity: 'note',
  title: words('exchange.ruleArithmetic'),
  begin({ trainer }) {
    const step = trainer?.sampling.step ?? null;
    if (step === null) return null;
    return {
      row({ taken, clipFrames }) {
        if (taken === null || taken.count === 0) return null;
        const rest = clipFrames - taken.at(taken.count - 1) - 1;
        // More than that is the matter of another rule.
        return rest === 0 || rest > clipFrames * MISSED_SHARE
          ? null
          : { reason: words('exchange.restCutOff', { count: rest, frames: clipFrames, taken: taken.count, step }) };
      },
    };
  },
};

/** musubi-tuner brings clips to the rate of the model by one `source_fps` for all. Source: musubi-tuner 30c658c, `media_utils.py`. */
export const oneRate: Rule = {
  id: 'one-rate',
  severity: 'warn',
  title: words('exchange.ruleOneRate'),
  begin({ trainer }) {
    if (trainer?.wantsOneRate !== true) return null;
    const rates = new Set<string>();
    return {
      row({ subject }) {
        const { num, den } = subject.document.clock.rate;
        if (rates.size < 100) rates.add((num / den).toFixed(3));
        return null;
      },
      end: () => (rates.size < 2 ? null : { reason: words('exchange.ratesDiffer', { rates: [...rates].slice(0, 5).join(', ') }) }),
    };
  },
};

/** Question, answer and pictures fit into the trainer's limit. */
export const tooLong: Rule = {
  id: 'too-long',
  severity: 'warn',
  title: words('exchange.ruleTooLong'),
  begin({ trainer, tokenLimit: limit }) {
    if (trainer === null || trainer.limit === null || limit === null) return null;
    const { overflow, setting } = trainer.limit;
    return {
      row({ tokens }) {
        if (tokens === null || tokens.text + tokens.pictures <= limit) return null;
        const values = { tokens: tokens.text + tokens.pictures, pictures: tokens.pictures, limit, setting };
        if (overflow === 'dropped') return { reason: words('exchange.longDropped', values), isLost: true };
        if (overflow === 'fails') return { reason: words('exchange.longFails', values), isLost: true };
        // Of an answer that begins before the limit something is learnt.
        const isGone = tokens.pictures + tokens.text - tokens.answer >= limit;
        return isGone
          ? { reason: words('exchange.longAnswerGone', values), isLost: true }
          : { reason: words('exchange.longAnswerCut', values) };
      },
    };
  },
};
