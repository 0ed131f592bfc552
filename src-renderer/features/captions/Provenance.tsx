import { CopyButton, UnstyledButton } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Revision } from '#shared/domain/text.ts';
import { useFormats } from '../../api/queries.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { deviceName, shortened } from '../../components/format.ts';
import { useLongList } from '../../components/use-long-list.tsx';
import classes from './captions.module.css';
import { confidencePercent } from './confidence.ts';
import { useAuthorName } from './use-author-name.ts';

/** Models are given at most a few hundred. */
const SHOWN_FRAMES = { first: 500, step: 500 };

/** How a text came to be: who, from which data set, or which model with which files, words, frames and settings, on what, how long. */
export function Provenance({ revision }: { readonly revision: Revision }) {
  const { t } = useTranslation();
  const authorName = useAuthorName();
  const formats = useFormats();
  const rows: (readonly [string, ReactNode])[] = [
    [t(revision.origin === 'import' ? 'editor.provenance.importedBy' : 'editor.provenance.by'), authorName(revision)],
    [t('editor.provenance.when'), new Date(revision.createdAtMs).toLocaleString()],
  ];
  const { provenance: made, importedFrom: source } = revision;
  if (source !== undefined) {
    const format = formats.data?.find(({ id, direction }) => id === source.format && direction === 'import');
    rows.push([t('editor.provenance.file'), source.file], [t('editor.provenance.format'), format?.title ?? source.format]);
  }
  if (made !== null) {
    const { notes, ...options } = made.options;
    rows.push(
      [t('editor.provenance.model'), made.model],
      [t('editor.provenance.hash'), <Hash key="hash" sha256={made.modelSha256} />],
      [t('editor.provenance.device'), made.device === null ? t('editor.provenance.noNetwork') : deviceName(made.device)],
      [t('editor.provenance.duration'), t('editor.provenance.seconds', { seconds: (made.durationMs / 1000).toFixed(2) })],
      [
        t('editor.provenance.confidence'),
        revision.meanLogProb === null
          ? '–'
          : t('editor.provenance.confidenceValue', {
              percent: confidencePercent(revision.meanLogProb),
              logProb: revision.meanLogProb.toFixed(2),
            }),
      ],
      [t('editor.provenance.frames'), <FrameLinks key="frames" frames={made.frames} />],
      [
        t('editor.provenance.prompt'),
        <span key="prompt" className={classes.prompt}>
          {shortened(made.prompt)}
        </span>,
      ],
      [
        t('editor.provenance.options'),
        <code key="options" className={classes.options}>
          {shortened(formatOptions(options))}
        </code>,
      ],
      ...(Array.isArray(notes) && notes.length > 0 ? [[t('editor.provenance.notes'), shortened(notes.join(' '))] as const] : []),
    );
  }
  return (
    <dl className={classes.facts}>
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function formatOptions(options: Record<string, unknown>): string {
  return (
    Object.entries(options)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
      .join(', ') || '–'
  );
}

function Hash({ sha256 }: { readonly sha256: string }) {
  const { t } = useTranslation();
  if (sha256 === '') return <>–</>;
  return (
    <CopyButton value={sha256}>
      {({ copied, copy }) => (
        <UnstyledButton className={classes.link} onClick={copy} title={t('editor.provenance.copyHash')}>
          {copied ? t('editor.provenance.copied') : `${sha256.slice(0, 12)}…`}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}

function FrameLinks({ frames }: { readonly frames: readonly number[] }) {
  const { t } = useTranslation();
  const { store } = useEditorSession();
  const { shown, more } = useLongList(frames, SHOWN_FRAMES);
  if (frames.length === 0) return <>–</>;
  return (
    <span className={classes.frameLinks}>
      {shown.map((frame) => (
        <UnstyledButton
          key={frame}
          className={classes.link}
          onClick={() => store.actions.seek(frame)}
          aria-label={t('editor.provenance.goToFrame', { frame })}
        >
          {frame}
        </UnstyledButton>
      ))}
      {more}
    </span>
  );
}
