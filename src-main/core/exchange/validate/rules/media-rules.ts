import { hasNoFile } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import type { Hit, Rule } from '../rule.ts';
import { tokenOf } from '../trainers.ts';

const TOKENS = ['<video>', '<image>', '<audio>'] as const;

/** One token for each file, the trainer's own, in what is asked. Source: Qwen3-VL 9658872, `_build_messages`, which raises where they differ; LLaMA-Factory 0.9.5, `_validate_messages`. */
export const mediaTokens: Rule = {
  id: 'media-tokens',
  severity: 'refuse',
  title: words('exchange.ruleMediaTokens'),
  begin({ trainer }) {
    if (trainer === null) return null;
    return {
      row(row) {
        const { media, turns } = row;
        const token = tokenOf(trainer, row);
        const found =
          token === null
            ? (media.parts ?? 0)
            : countIn(
                turns.filter(({ isTrained }) => !isTrained),
                token,
              );
        if (found !== media.files.length)
          return lost(words('exchange.tokensDiffer', { tokens: found, token: token ?? '–', files: media.files.length }));
        const others = TOKENS.filter((other) => other !== token && countIn(turns, other) > 0);
        const inAnswer = token !== null && countIn(turns, token) > found ? [token] : [];
        const stray = [...others, ...inAnswer];
        return stray.length === 0 ? null : lost(words('exchange.tokensStray', { tokens: stray.join(', ') }));
      },
    };
  },
};

/** Who speaks has a name that the trainer knows. Source: Qwen3-VL 9658872, `_build_messages`: whoever is not `human` is the model. */
export const roles: Rule = {
  id: 'roles',
  severity: 'refuse',
  title: words('exchange.ruleRoles'),
  begin({ trainer }) {
    const known = trainer?.roles ?? null;
    if (known === null) return null;
    return {
      row({ turns }) {
        const strange = turns.filter(({ role }) => !known.includes(role)).map(({ role }) => role);
        return strange.length === 0
          ? null
          : { reason: words('exchange.roleStrange', { roles: strange.join(', '), known: known.join(', ') }) };
      },
    };
  },
};

/** Clips that say how many frames they have: MP4. Nothing is known of a trainer that nobody named. Source: LLaMA-Factory 0.9.5, `_get_video_sample_indices`: of others it takes frames 0 to 127. */
export const container: Rule = {
  id: 'container',
  severity: 'refuse',
  title: words('exchange.ruleContainer'),
  begin: ({ trainer }) =>
    trainer === null
      ? null
      : {
          row: ({ media }) => {
            const other = media.kind === 'clip' ? media.files.find((file) => !file.toLowerCase().endsWith('.mp4')) : undefined;
            return other === undefined ? null : { reason: words('exchange.containerOther', { file: other }) };
          },
        },
};

/** What the rows show is there. Source: LLaMA-Factory 0.9.5, `data/converter.py` (`_find_medias`): of missing files it warns once, and goes on with the bare path. */
export const missingMedia: Rule = {
  id: 'missing-media',
  severity: 'refuse',
  title: words('exchange.ruleMissingMedia'),
  begin: () => ({
    row: ({ subject, media }) => {
      const { video } = subject.document;
      if (video.probe !== null && !hasNoFile(video)) return null;
      const reason = words('exchange.mediaGone', { video: video.name });
      return media.isElsewhere === true ? { reason, severity: 'note' } : lost(reason);
    },
    leftOut: (cause, reason) => (cause === 'no-media' || cause === 'no-clip' ? lost(reason) : null),
  }),
};

/** Trainers that keep what they made of a clip take it again. */
export const staleCache: Rule = {
  id: 'stale-cache',
  severity: 'warn',
  title: words('exchange.ruleStaleCache'),
  begin({ trainer, isAgain }) {
    const cache = trainer?.cache ?? null;
    return cache === null ? null : { end: () => (isAgain ? { reason: cache } : null) };
  },
};

/** Trainers that hold decoded pictures of all rows in memory. Source: LLaMA-Factory 0.9.5, `mm_plugin.py`. */
export const cost: Rule = {
  id: 'cost',
  severity: 'note',
  title: words('exchange.ruleCost'),
  begin({ trainer }) {
    if (trainer?.holdsPictures !== true) return null;
    let frames = 0;
    return {
      row(row) {
        frames += row.taken?.count ?? 0;
        return null;
      },
      end: () => (frames === 0 ? null : { reason: words('exchange.costDecoding', { frames }) }),
    };
  },
};

function countIn(turns: readonly { readonly text: string }[], token: string): number {
  return turns.reduce((sum, { text }) => sum + text.split(token).length - 1, 0);
}

const lost = (reason: Hit['reason']): Hit => ({ reason, isLost: true });
