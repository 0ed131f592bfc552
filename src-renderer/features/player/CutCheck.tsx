import { Group, Skeleton, UnstyledButton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { Shot } from '#shared/domain/shot.ts';
import { useHost } from '../../api/core-context.tsx';
import { CommandButton } from '../../editing/CommandButton.tsx';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import { activeCutIndex } from '../../editing/editor-store.ts';
import { LockButton } from '../../editing/LockButton.tsx';
import { isDoubtfulCut } from '../../editing/shot-texts.ts';
import { ToneBadge } from '../../editing/ToneBadge.tsx';
import { useWording } from '../../i18n/use-wording.ts';
import classes from './player.module.css';
import { useStill } from './use-still.ts';

const PICTURE_WIDTH = 320;
/** While the video plays through many cuts, only one that stays for a moment is worth decoding. */
const SETTLE_MS = 200;

/** The pictures around the cut of the active shot: the last one out, the first and the second one in. */
export function CutCheck() {
  const { t } = useTranslation();
  const index = useEditor(activeCutIndex);
  const shot = useEditor((state) => state.shots[index]);
  const hasCuts = useEditor((state) => state.shots.length > 1);
  return (
    <section className={classes.cutCheck} aria-label={t('editor.cutCheck.title')}>
      <header className={classes.cutHead}>
        <h2 className={classes.cutTitle}>{t('editor.cutCheck.title')}</h2>
        {shot !== undefined && <CutBadge shot={shot} />}
      </header>
      {shot === undefined ? (
        <p className={classes.cutEmpty}>{t(hasCuts ? 'editor.cutCheck.firstShot' : 'editor.cutCheck.none')}</p>
      ) : (
        <CutPictures shot={shot} />
      )}
    </section>
  );
}

function CutBadge({ shot }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  if (shot.locked) {
    return <ToneBadge tone="ok">{t('editor.cutCheck.confirmed')}</ToneBadge>;
  }
  if (shot.confidence === null)
    return <ToneBadge tone={isDoubtfulCut(shot) ? 'warn' : 'neutral'}>{t(`editor.origin.${shot.origin}`)}</ToneBadge>;
  return (
    <ToneBadge tone={isDoubtfulCut(shot) ? 'warn' : 'neutral'}>
      {t('editor.cutCheck.score', { percent: Math.round(shot.confidence * 100) })}
    </ToneBadge>
  );
}

function CutPictures({ shot: { startFrame, endFrame } }: { readonly shot: Shot }) {
  const { t } = useTranslation();
  const pictures = [
    { frame: startFrame - 1, role: 'lastOut', isIn: false },
    { frame: startFrame, role: 'firstIn', isIn: true },
    { frame: startFrame + 1, role: 'secondIn', isIn: true },
  ] as const;
  return (
    <>
      <div className={classes.cutPictures}>
        {/* By their frames: when the cut moves on by one, two of its pictures are there already. */}
        {pictures.map(
          ({ frame, role, isIn }) =>
            frame < endFrame && <CutPicture key={frame} frame={frame} label={t(`editor.cutCheck.${role}`)} isIn={isIn} />,
        )}
      </div>
      <Group gap={2} justify="center" wrap="nowrap" role="toolbar" aria-label={t('editor.cutCheck.actions')}>
        <CommandButton command="shots.nudgeEarlier" icon={<IconChevronLeft size={17} />} />
        <LockButton size={16} />
        <CommandButton command="shots.deleteCut" icon={<IconTrash size={16} />} />
        <CommandButton command="shots.nudgeLater" icon={<IconChevronRight size={17} />} />
      </Group>
    </>
  );
}

interface CutPictureProps {
  readonly frame: number;
  readonly label: string;
  readonly isIn: boolean;
}

function CutPicture({ frame, label, isIn }: CutPictureProps) {
  const { t } = useTranslation();
  const wording = useWording();
  const host = useHost();
  const { video, probe, store } = useEditorSession();
  const url = host.mediaUrl(mediaUrls.frame(video.id, frame, PICTURE_WIDTH));
  const picture = useStill(url, SETTLE_MS);
  return (
    <UnstyledButton
      className={classes.cutPicture}
      data-in={isIn}
      data-testid="cut-picture"
      data-frame={frame}
      data-state={picture.state}
      onClick={() => store.actions.seek(frame)}
      aria-label={t('editor.cutCheck.goTo', { label, frame })}
    >
      <Skeleton visible={picture.state === 'loading'} radius={3} style={{ aspectRatio: probe.displayWidth / probe.displayHeight }}>
        {picture.state === 'shown' && <img src={url} alt="" />}
        {picture.state === 'failed' && (
          <span className={classes.cutTrouble}>{picture.reason === null ? t('editor.cutCheck.noPicture') : wording(picture.reason)}</span>
        )}
      </Skeleton>
      <span className={classes.cutLabel}>
        {label} <span className={classes.cutFrame}>{frame}</span>
      </span>
    </UnstyledButton>
  );
}
