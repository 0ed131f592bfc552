import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AppErrorCode } from '#shared/contract/errors.ts';
import type { Words } from '#shared/words/words.ts';
import type { MessageKey } from '../i18n/i18n.ts';
import { useWording } from '../i18n/use-wording.ts';

interface ErrorTextProps {
  readonly code: AppErrorCode;
  readonly message: string;
  /** Left out: the message is worded already. */
  readonly words?: Words | undefined;
  /** Of a job, which may have stored something before it failed: only its own message knows what. */
  readonly isOfJob?: boolean;
}

/** Where the core's message cannot know what to do. */
const advice: Readonly<Partial<Record<AppErrorCode, MessageKey>>> = {
  'invalid-input': 'errors.invalid-input.advice',
  conflict: 'errors.conflict.advice',
  disconnected: 'errors.disconnected.advice',
  internal: 'errors.internal.advice',
};

/** Whose advice begins with "Nothing was changed". */
const NOTHING_CHANGED: ReadonlySet<AppErrorCode> = new Set(['invalid-input', 'conflict']);

/** Many messages say already that nothing was changed. */
function notYetSaid(sentences: string, message: string): string {
  return sentences
    .split(/(?<=[.!?。]) ?/u)
    .filter((sentence) => !message.includes(sentence))
    .join(' ');
}

/** What happened, and below it what to do. */
export function ErrorText({ code, message, words, isOfJob = false }: ErrorTextProps) {
  const { t } = useTranslation();
  const worded = useWording()({ message, words });
  const adviceKey = isOfJob && NOTHING_CHANGED.has(code) ? undefined : advice[code];
  const further = adviceKey === undefined ? '' : notYetSaid(t(adviceKey), worded);
  return (
    <>
      {worded !== '' && (
        <Text size="sm" component="span" display="block">
          {worded}
        </Text>
      )}
      {further !== '' && (
        <Text size="xs" c="dimmed" component="span" display="block" mt={2}>
          {further}
        </Text>
      )}
    </>
  );
}
