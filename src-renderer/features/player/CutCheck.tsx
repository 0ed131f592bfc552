import { Group, Skeleton, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconLock, IconLockOpen, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { useHost } from '../../api/core-context.tsx';
import { CommandButton } from '../../editing/CommandButton.tsx';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import { activeBoundaryIndex } from '../../editing/editor-store.ts';
import { isDoubtfulCut } from '../../editing/shot-texts.ts';
import { ToneBadge } from '../../editing/ToneBadge.tsx';
import classes from './player.module.css';

const PICTURE_WIDTH = 320;
/** While the film plays through many cuts, only one that stays for a moment is worth decoding. */
const SETTLE_MS = 200;

/** The pictures around the cut of the active shot: the last one out, the first and the second one in. */
export function CutCheck() {
  const { t } = useTranslation();
  const index = useEditor(activeBoundaryIndex);
  const shot = useEditor((state) => state.shots[index]);
  return (
    <section className={classes.cutCheck} aria-label={t('editor.cutCheck.title')}>
      <header className={classes.cutHead}>
        <h2 className={classes.cutTitle}>{t('editor.cutCheck.title')}</h2>
        {shot !== undefined && <CutBadge shot={shot} />}
      </header>
      {shot === undefined ? <p className={classes.cutEmpty}>{t('editor.cutCheck.none')}</p> : <CutPictures shot={shot} />}
    </section>
  );
}

function CutBadge({ shot }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  if (shot.locked) {
    return <ToneBadge tone="ok">{t('editor.cutCheck.confirmed')}</ToneBadge>;
  }
  if (shot.confidence === null) return <ToneBadge tone="neutral">{t(`editor.origin.${shot.origin}`)}</ToneBadge>;
  return <ToneBadge tone={isDoubtfulCut(shot) ? 'warn' : 'neutral'}>{t('editor.cutCheck.score', { percent: Math.round(shot.confidence * 100) })}</ToneBadge>;
}

function CutPictures({ shot }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  const [startFrame] = useDebouncedValue(shot.startFrame, SETTLE_MS);
  return (
    <>
      <div className={classes.cutPictures}>
        <CutPicture frame={startFrame - 1} label={t('editor.cutCheck.lastOut')} />
        <CutPicture frame={startFrame} label={t('editor.cutCheck.firstIn')} isIn />
        <CutPicture frame={Math.min(startFrame + 1, shot.endFrame - 1)} label={t('editor.cutCheck.secondIn')} isIn />
      </div>
      <Group gap={2} justify="center" wrap="nowrap" role="toolbar" aria-label={t('editor.cutCheck.actions')}>
        <CommandButton command="shots.nudgeEarlier" icon={<IconChevronLeft size={17} />} />
        <CommandButton command="shots.toggleLock" icon={shot.locked ? <IconLock size={16} /> : <IconLockOpen size={16} />} isOn={shot.locked} />
        <CommandButton command="shots.deleteCut" icon={<IconTrash size={16} />} />
        <CommandButton command="shots.nudgeLater" icon={<IconChevronRight size={17} />} />
      </Group>
    </>
  );
}

interface CutPictureProps {
  readonly frame: number;
  readonly label: string;
  readonly isIn?: boolean;
}

function CutPicture({ frame, label, isIn = false }: CutPictureProps) {
  const { t } = useTranslation();
  const host = useHost();
  const { video, probe, store } = useEditorSession();
  const url = host.mediaUrl(mediaUrls.frame(video.id, frame, PICTURE_WIDTH));
  const [loadedUrl, setLoadedUrl] = useState<string | null>(null);
  return (
    <UnstyledButton
      className={classes.cutPicture}
      data-in={isIn}
      onClick={() => store.actions.seek(frame)}
      aria-label={t('editor.cutCheck.goTo', { label, frame })}
    >
      <Skeleton visible={loadedUrl === null} radius={3} style={{ aspectRatio: probe.displayWidth / probe.displayHeight }}>
        <img src={url} alt="" onLoad={() => setLoadedUrl(url)} data-fresh={loadedUrl === url} />
      </Skeleton>
      <span className={classes.cutLabel}>
        {label} <span className={classes.cutFrame}>{frame}</span>
      </span>
    </UnstyledButton>
  );
}
