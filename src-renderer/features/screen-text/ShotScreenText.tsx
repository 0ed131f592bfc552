import { ActionIcon, Button, CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy, IconTextScan2 } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { joinScreenTexts, screenTextsOf, type ScreenText } from '#shared/domain/screen-text.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { useScreenText } from '../../api/queries.ts';
import { useLongList } from '../../components/use-long-list.tsx';
import { useCommandFace } from '../../editing/CommandButton.tsx';
import { useEditorSession } from '../../editing/editor-context.tsx';
import classes from './screen-text.module.css';

const SHOWN = { first: 100, step: 100 };

/** What was read on the screen during a shot. Pointing at a line shows where it stands in the picture. */
export function ShotScreenText({ shot }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  const { video, store } = useEditorSession();
  const read = useCommandFace('screenText.read');
  const found = useScreenText(video.id).data;
  const lines = useMemo(() => screenTextsOf(found?.texts ?? [], shot), [found, shot]);
  const { shown, more } = useLongList(lines, SHOWN);
  const isRead = found?.frames.some(({ frame }) => frame >= shot.startFrame && frame < shot.endFrame) ?? false;
  // A line that leaves the list takes its frame in the picture with it.
  useEffect(() => () => store.actions.outlineText(null), [store, shot.id]);

  return (
    <section className={classes.section} aria-label={t('editor.screenText.title')}>
      <div className={classes.head}>
        <h3 className={classes.title}>{t('editor.screenText.title')}</h3>
        {lines.length > 0 && <CopyLines text={joinScreenTexts(lines)} />}
        <Button
          className={classes.read ?? ''}
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconTextScan2 size={14} />}
          onClick={read.run}
          disabled={!read.isEnabled}
          title={read.refusal}
        >
          {t(isRead ? 'editor.screenText.again' : 'editor.screenText.read')}
        </Button>
      </div>
      {lines.length === 0 && found !== undefined && (
        <p className={classes.hint}>{t(isRead ? 'editor.screenText.none' : 'editor.screenText.notRead')}</p>
      )}
      {shown.map((line) => (
        <Line key={`${line.frame} ${line.text}`} line={line} />
      ))}
      {more}
    </section>
  );
}

function Line({ line }: { readonly line: ScreenText }) {
  const { t } = useTranslation();
  const { store } = useEditorSession();
  const { frame, text, confidence, box } = line;
  const percent = Math.round(confidence * 100);
  const show = (): void => store.actions.outlineText(box);
  const hide = (): void => store.actions.outlineText(null);
  return (
    <UnstyledButton
      className={classes.line}
      aria-label={t('editor.screenText.goTo', { frame, text })}
      onClick={() => store.actions.seek(frame)}
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={show}
      onBlur={hide}
    >
      <span className={classes.text}>{text}</span>
      <span className={classes.sure} title={t('editor.screenText.sureHint', { percent, frame })}>
        {t('editor.screenText.sure', { percent })}
      </span>
    </UnstyledButton>
  );
}

function CopyLines({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => {
        const label = t(copied ? 'editor.screenText.copied' : 'editor.screenText.copy');
        return (
          <Tooltip label={label}>
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        );
      }}
    </CopyButton>
  );
}
