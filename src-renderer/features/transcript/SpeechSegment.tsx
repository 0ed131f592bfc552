import { ActionIcon, Textarea, UnstyledButton } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SpokenWord, TranscriptSegment } from '#shared/domain/transcript.ts';
import { AppError } from '#shared/contract/errors.ts';
import { MAX_TEXT_LENGTH, textDigest } from '#shared/domain/text.ts';
import { formatTimeUs } from '#shared/domain/time.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { shortened } from '../../components/format.ts';
import { useLongList } from '../../components/use-long-list.tsx';
import classes from './transcript.module.css';

/** A word that the model gave less than this is marked. */
const UNSURE_PROBABILITY = 0.5;
const MAX_NAME_LENGTH = 300;
/** Half a minute of speech, which a model takes at once, has fewer. */
const SHOWN_WORDS = { first: 300, step: 300 };

interface SpeechSegmentProps {
  readonly segment: TranscriptSegment;
  readonly onSeek: (timeUs: number) => void;
}

/** One piece of speech: its time, its words, each of which leads to its place, and a way to correct it. */
export function SpeechSegment({ segment, onSeek }: SpeechSegmentProps) {
  const { t } = useTranslation();
  const [isEditing, setEditing] = useState(false);
  const editsOnly = useEditsOnly();
  if (isEditing) return <SegmentBox segment={segment} onDone={() => setEditing(false)} />;
  const words = segment.words.length > 0 ? segment.words : null;
  return (
    <div className={classes.segment}>
      <UnstyledButton
        className={classes.time}
        onClick={() => onSeek(segment.startUs)}
        aria-label={t('editor.speech.goTo', { time: formatTimeUs(segment.startUs) })}
      >
        {formatTimeUs(segment.startUs)}
      </UnstyledButton>
      <span className={classes.words}>{words === null ? segment.text : <Words words={words} onSeek={onSeek} />}</span>
      <ActionIcon
        {...editsOnly}
        variant="subtle"
        color="gray"
        size="sm"
        className={classes.pencil ?? ''}
        aria-label={t('editor.speech.edit', { text: shortened(segment.text, MAX_NAME_LENGTH) })}
        onClick={() => setEditing(true)}
      >
        <IconPencil size={14} />
      </ActionIcon>
    </div>
  );
}

/** Words are reached by pointer; by keyboard the piece's time and the player's frame steps lead there. */
function Words({ words, onSeek }: { readonly words: readonly SpokenWord[]; readonly onSeek: (timeUs: number) => void }) {
  const { t } = useTranslation();
  const { shown, more } = useLongList(words, SHOWN_WORDS);
  const buttons = shown.map((word, index) => (
    <UnstyledButton
      key={`${word.startUs}-${index}`}
      component="button"
      tabIndex={-1}
      className={classes.word}
      data-unsure={word.probability < UNSURE_PROBABILITY || undefined}
      title={t('editor.speech.word', { time: formatTimeUs(word.startUs), percent: Math.round(word.probability * 100) })}
      onClick={() => onSeek(word.startUs)}
    >
      {`${word.text} `}
    </UnstyledButton>
  ));
  return (
    <>
      {buttons}
      {more}
    </>
  );
}

function SegmentBox({ segment, onDone }: { readonly segment: TranscriptSegment; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const edit = useCoreMutation('transcripts', 'edit');
  const [text, setText] = useState(segment.text);
  /** What the person has before them; somebody else may change the piece meanwhile. */
  const [seen, setSeen] = useState(segment.text);
  const excess = text.trim().length - MAX_TEXT_LENGTH;
  const isConflict = edit.error instanceof AppError && edit.error.code === 'conflict';
  const box = useRef<HTMLTextAreaElement>(null);
  // Whoever asked to correct it wants to type.
  useEffect(() => box.current?.focus(), []);

  /** The box closes once the words are stored: until then they are nowhere else. A second try, with both versions in sight, counts. */
  function store(): void {
    if (edit.isPending || excess > 0) return;
    if (text.trim() === segment.text) return onDone();
    const seenDigest = textDigest(isConflict ? segment.text : seen);
    if (isConflict) setSeen(segment.text);
    edit.mutate({ videoId: segment.videoId, segmentId: segment.id, text, seenDigest }, { onSuccess: onDone });
  }

  return (
    <Textarea
      aria-label={t('editor.speech.edit', { text: shortened(segment.text, MAX_NAME_LENGTH) })}
      description={t('editor.speech.editHint')}
      error={
        excess > 0
          ? t('editor.saving.tooLong', { count: excess, limit: MAX_TEXT_LENGTH })
          : isConflict && t('people.conflict.speech', { text: shortened(segment.text) })
      }
      inputWrapperOrder={['input', 'error', 'description']}
      autosize
      minRows={1}
      maxRows={8}
      ref={box}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      // Leaving the box is no decision between two versions.
      onBlur={() => !isConflict && store()}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone();
        if (event.key === 'Enter' && !event.shiftKey) store();
        if (event.key === 'Escape' || (event.key === 'Enter' && !event.shiftKey)) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    />
  );
}
