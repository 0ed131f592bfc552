import { useMemo } from 'react';
import { assertNever } from '#shared/assert.ts';
import classes from './captions.module.css';
import { wordDiff, type DiffPart } from './word-diff.ts';

interface WordDiffProps {
  readonly before: string;
  readonly after: string;
  /** `both`: one text with what goes and what comes. `before`/`after`: one side of a pair. */
  readonly side: 'both' | 'before' | 'after';
}

export function WordDiff({ before, after, side }: WordDiffProps) {
  const parts = useMemo(() => wordDiff(before, after), [before, after]);
  return (
    <p className={classes.diff}>
      {parts
        .filter((part) => isOn(part, side))
        .map((part, i) => (
          <DiffWords key={`${i}:${part.kind}`} part={part} />
        ))}
    </p>
  );
}

function isOn(part: DiffPart, side: WordDiffProps['side']): boolean {
  return part.kind === 'same' || side === 'both' || part.kind === (side === 'before' ? 'removed' : 'added');
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
