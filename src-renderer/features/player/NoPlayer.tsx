import { Button, EmptyState } from '@mantine/core';
import { IconAlertTriangle, IconLinkOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOpenWhereTheyLie, useRelinkFolder, useRelinkVideo } from '../../api/use-relink-video.tsx';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import classes from './player.module.css';
import { useWording } from '../../i18n/use-wording.ts';

/** In the player's place while the file cannot be had: what happened, what works all the same, what to do. */
export function NoPlayer() {
  const { t } = useTranslation();
  const wording = useWording();
  const { video } = useEditorSession();
  const relink = useRelinkVideo();
  const relinkFolder = useRelinkFolder();
  const openWhereTheyLie = useOpenWhereTheyLie();
  const ownersOnly = useOwnersOnly();
  const isMissing = video.state === 'missing';
  const Icon = isMissing ? IconLinkOff : IconAlertTriangle;
  return (
    <div className={classes.noPlayer} role="alert">
      <EmptyState
        icon={<Icon size={36} stroke={1.3} />}
        title={t(isMissing ? 'editor.state.missingTitle' : 'editor.state.corruptTitle', { name: video.name })}
        description={
          <>
            {video.stateReason !== null && <span className={classes.noPlayerReason}>{wording(video.stateReason)}</span>}
            {t(isMissing ? 'editor.state.missingText' : 'editor.state.corruptText')} {t('editor.state.editAllTheSame')}
          </>
        }
      >
        <EmptyState.Actions>
          <Button onClick={() => relink(video.id)}>{t('editor.state.relink')}</Button>
          {isMissing && (
            <Button variant="default" onClick={relinkFolder}>
              {t('editor.state.relinkFolder')}
            </Button>
          )}
          {isMissing && (
            <Button {...ownersOnly} variant="default" onClick={openWhereTheyLie}>
              {t('library.actions.openWhereTheyLie')}
            </Button>
          )}
        </EmptyState.Actions>
      </EmptyState>
    </div>
  );
}
