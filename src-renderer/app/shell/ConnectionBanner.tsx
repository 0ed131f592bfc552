import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useConnectionState } from '../../api/core-context.tsx';
import classes from './Shell.module.css';

/** Says that the core is away, and that nothing is lost by it. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const state = useConnectionState();
  if (state !== 'reconnecting') return null;
  return (
    <output className={classes.banner}>
      <Loader size={14} color="currentColor" />
      <span>{t('shell.reconnecting')}</span>
    </output>
  );
}
