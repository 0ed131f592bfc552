import { VisuallyHidden } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShotId } from '#shared/domain/ids.ts';
import type { Revision } from '#shared/domain/text.ts';
import { routeHref } from '../../app/routes.ts';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import { activeShot } from '../../editing/editor-store.ts';
import { sentenceParts, type SentencePart } from './sentence-parts.ts';
import classes from './summary.module.css';

/** A summary whose sentences point at shots: pointing at one marks its shots in the timeline, a click goes there. */
export function LinkedText({ revision }: { readonly revision: Revision }) {
  const parts = useMemo(() => sentenceParts(revision.text, revision.links), [revision]);
  const shots = useEditor((state) => state.shots);
  const numberOf = useMemo(() => new Map(shots.map(({ id }, index) => [id, index + 1])), [shots]);
  return (
    <p className={classes.text}>
      {parts.map((part, i) =>
        part.shotIds.length === 0 ? <span key={i}>{part.text}</span> : <Sentence key={i} part={part} numberOf={numberOf} />,
      )}
    </p>
  );
}

type ShotNumbers = ReadonlyMap<ShotId, number>;

function Sentence({ part, numberOf }: { readonly part: SentencePart; readonly numberOf: ShotNumbers }) {
  const { t } = useTranslation();
  const { video, store } = useEditorSession();
  const isHere = useEditor((state) => {
    const shot = activeShot(state);
    return shot !== undefined && part.shotIds.includes(shot.id);
  });
  const numbers = useMemo(() => numbersOf(part.shotIds, numberOf), [part, numberOf]);
  const first = numbers[0];
  if (first === undefined) return <span>{part.text}</span>;
  const highlight = (shotIds: readonly ShotId[]) => () => store.actions.highlight(shotIds);
  return (
    // A link and not a button: a button is a box of its own and would break the lines of the story.
    <a
      href={routeHref({ page: 'editor', videoId: video.id, shotId: store.getState().shots[first - 1]?.id ?? null })}
      className={classes.sentence}
      data-here={isHere}
      onClick={(event) => {
        event.preventDefault();
        store.actions.goToShot(first - 1);
      }}
      onMouseEnter={highlight(part.shotIds)}
      onMouseLeave={highlight([])}
      onFocus={highlight(part.shotIds)}
      onBlur={highlight([])}
    >
      {part.text}
      <sup className={classes.numbers} aria-hidden>
        {compact(numbers)}
      </sup>
      <VisuallyHidden> ({t('editor.summary.restsOn', { shots: compact(numbers) })})</VisuallyHidden>
    </a>
  );
}

/** Numbers (from 1) of the shots that are still there, ascending. */
function numbersOf(shotIds: readonly ShotId[], numberOf: ShotNumbers): number[] {
  return shotIds
    .map((id) => numberOf.get(id))
    .filter((number) => number !== undefined)
    .toSorted((a, b) => a - b);
}

/** `1–3, 7`. */
function compact(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
