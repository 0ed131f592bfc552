import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { assertNever } from '#shared/assert.ts';
import classes from './captions.module.css';
import { wordDiff, type DiffPart } from './word-diff.ts';

interface NamedText {
  readonly name: string;
  readonly text: string;
}

interface TextPairProps {
  readonly before: NamedText;
  readonly after: NamedText;
}

/** Two texts with the words in which they differ; texts that have too little in common stand beside each other as they are. */
export function TextPair({ before, after }: TextPairProps) {
  const { t } = useTranslation();
  const parts = useMemo(() => wordDiff(before.text, after.text), [before.text, after.text]);
  return (
    <>
      <div className={classes.pair}>
        <TextSide {...before}>{parts === null ? before.text : <Words parts={parts} without="added" />}</TextSide>
        <TextSide {...after}>{parts === null ? after.text : <Words parts={parts} without="removed" />}</TextSide>
      </div>
      {parts === null && <p className={classes.pairNote}>{t('editor.candidates.tooDifferent')}</p>}
    </>
  );
}

/** Shorter texts fit without being scrolled. */
const SCROLLED_FROM = 700;

/** @param children the text itself where left out */
export function TextSide({ name, text, children = text }: NamedText & { readonly children?: ReactNode }) {
  return (
    <div className={classes.pairSide}>
      <span className={classes.pairName}>{name}</span>
      {/* What can be scrolled must be reached by keyboard. */}
      <p className={classes.diff} {...(text.length >= SCROLLED_FROM && { tabIndex: 0 })}>
        {children}
      </p>
    </div>
  );
}

function Words({ parts, without }: { readonly parts: readonly DiffPart[]; readonly without: DiffPart['kind'] }) {
  return parts.filter(({ kind }) => kind !== without).map((part, i) => <DiffWords key={`${i}:${part.kind}`} part={part} />);
}

function DiffWords({ part }: { readonly part: DiffPart }) {
  switch (part.kind) {
    case 'same':
      return <>{part.text}</>;
    case 'added':
      return <ins className={classes.added}>{part.text}</ins>;
    case 'removed':
      return <del className={classes.removed}>{part.text}</del>;
    default:
      return assertNever(part.kind);
  }
}
