import { createHash } from 'node:crypto';
import { recordingOf } from '#core/project/videos/divide-videos.ts';
import { isBlankText } from '#shared/domain/text.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import { words } from '#shared/words/words.ts';
import type { MeasuredRow } from '../measured-row.ts';
import type { Rule } from '../rule.ts';

/** Rows that are compared with each other; of more, only these. */
const MAX_COMPARED = 1_000_000;

/** Something to learn. */
export const emptyText: Rule = {
  id: 'empty-text',
  severity: 'refuse',
  title: words('exchange.ruleEmptyText'),
  begin: () => ({
    row: (row) => (learnt(row).every((text) => !isBlankText(text)) ? null : { reason: words('exchange.textEmpty'), isLost: true }),
  }),
};

/** What people and programs write where they have nothing to say, the whole text long. */
const STAND_INS =
  /^[\s"'([{<]*(?:n\/?a|none|null|nan|nil|undefined|unknown|todo|tbd|fixme|xxx+|\?+|-+|–|—|\.+|…+|test|placeholder(?: (?:for )?(?:(?:visual|audio|narration|video|shot|whole) )?(?:caption|summary|description|text))?|lorem ipsum.*|no (?:caption|description|text|audio|speech|summary)(?: available)?|(?:caption|description) (?:here|goes here|missing))[\s"')\]}>.!]*$/iu;
export const placeholderText: Rule = {
  id: 'placeholder-text',
  severity: 'refuse',
  title: words('exchange.rulePlaceholder'),
  begin: () => ({
    row(row) {
      const found = learnt(row).find((text) => text.length < 200 && STAND_INS.test(text));
      return found === undefined ? null : { reason: words('exchange.textStandsIn', { text: found.trim() }) };
    },
  }),
};

/** `{asr}` and its like are filled in; another name in braces is a slip. */
const UNFILLED = /\{\{?\s*[a-z][a-z0-9_]{1,30}\s*\}?\}/iu;
export const unfilledPlace: Rule = {
  id: 'unfilled-place',
  severity: 'warn',
  title: words('exchange.ruleUnfilled'),
  begin: () => ({
    row({ turns }) {
      for (const { text } of turns) {
        const [found] = UNFILLED.exec(text) ?? [];
        if (found !== undefined) return { reason: words('exchange.placeUnfilled', { place: found }) };
      }
      return null;
    },
  }),
};

/** Tokens that trainers treat specially, in texts: the export writes them as text. */
export const specialTokens: Rule = {
  id: 'special-tokens',
  severity: 'repair',
  title: words('exchange.ruleSpecialTokens'),
  begin: () => ({ leftOut: (cause, reason) => (cause === 'special-tokens' ? { reason } : null) }),
};

/** No row stands twice: the same frames of the same recording with the same texts, whatever its video and clip are called. */
export const duplicateRow: Rule = {
  id: 'duplicate-row',
  severity: 'refuse',
  title: words('exchange.ruleDuplicate'),
  begin() {
    const seen = new Map<string, string>();
    return {
      row(row) {
        const { document, startFrame, endFrame } = row.subject;
        const shown = [document.contentId ?? document.video.name, String(startFrame), String(endFrame)];
        const key = digest([...shown, ...row.turns.map(({ text }) => text), row.rejected ?? '']);
        const before = seen.get(key);
        if (before !== undefined) return { reason: words('exchange.rowTwice', { where: before }) };
        if (seen.size < MAX_COMPARED) seen.set(key, row.where);
        return null;
      },
    };
  },
};

/** So few words may well be true of several shots. */
const LONG_WORDS = 4;
/** One text for many clips teaches nothing of them. */
export const repeatedText: Rule = {
  id: 'repeated-text',
  severity: 'warn',
  title: words('exchange.ruleRepeated'),
  begin() {
    const seen = new Map<string, { readonly where: string; readonly media: string }>();
    return {
      row(row) {
        const media = row.media.files[0] ?? '';
        for (const text of learnt(row).slice(0, 1)) {
          const plainText = normal(text);
          if (plainText.split(' ').length < LONG_WORDS) continue;
          const key = digest([plainText]);
          const before = seen.get(key);
          if (before !== undefined && before.media !== media) return { reason: words('exchange.textAgain', { where: before.where }) };
          if (before === undefined && seen.size < MAX_COMPARED) seen.set(key, { where: row.where, media });
        }
        return null;
      },
    };
  },
};

/** What is preferred differs from what is rejected, by more than case, blanks and marks. */
export const identicalPair: Rule = {
  id: 'identical-pair',
  severity: 'refuse',
  title: words('exchange.ruleIdenticalPair'),
  begin: () => ({
    row({ turns, rejected }) {
      const chosen = turns.find(({ isTrained }) => isTrained)?.text;
      if (rejected === null || chosen === undefined || normal(chosen) !== normal(rejected)) return null;
      return { reason: words('exchange.pairSame') };
    },
  }),
};

/** What a model is tested on, it was not trained on: parts of a recording are in one split. */
export const splitLeak: Rule = {
  id: 'split-leak',
  severity: 'refuse',
  title: words('exchange.ruleSplitLeak'),
  begin() {
    const splits = new Map<string, { readonly split: VideoSplit; readonly name: string }>();
    const told = new Set<string>();
    return {
      row({ subject }) {
        const { video } = subject.document;
        const recording = recordingOf(video.name);
        const first = splits.get(recording);
        if (first === undefined) {
          if (splits.size < MAX_COMPARED) splits.set(recording, { split: subject.split, name: video.name });
          return null;
        }
        if (first.split === subject.split || told.has(video.id)) return null;
        told.add(video.id);
        const reason = words('exchange.recordingSplit', { split: subject.split, other: first.name, otherSplit: first.split });
        return { reason, isOfVideo: true };
      },
    };
  },
};

/** What a model is to learn from a row. */
function learnt({ turns }: MeasuredRow): string[] {
  return turns.filter(({ isTrained }) => isTrained).map(({ text }) => text);
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function digest(parts: readonly string[]): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('base64').slice(0, 20);
}
