import { Loader } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import { IconDoorExit } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectionState } from '../../api/core-context.tsx';
import classes from './Shell.module.css';

/** A core that restarts is back before this; one that was stopped waits for a person. */
const RESTART_MS = 12_000;

/** Says that the core is away, and that nothing is lost by it. */
export function ConnectionBanner() {
  const state = useConnectionState();
  if (state === 'ended') return <Ended />;
  return state === 'reconnecting' && <Banner />;
}

function Ended() {
  const { t } = useTranslation();
  return (
    <output className={classes.banner}>
      <IconDoorExit size={16} aria-hidden />
      <span>{t('shell.ended')}</span>
    </output>
  );
}

function Banner() {
  const { t } = useTranslation();
  const [isLong, setLong] = useState(false);
  useTimeout(() => setLong(true), RESTART_MS, { autoInvoke: true });
  return (
    <output className={classes.banner}>
      <Loader size={14} color="currentColor" />
      <span>{t(isLong ? 'shell.unreachable' : 'shell.reconnecting')}</span>
    </output>
  );
}
