import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useEffectEvent } from 'react';
import { useSettings } from '../../api/queries.ts';

/** The theme of the settings rules; Mantine keeps the last one in the browser, so that a start does not flash. */
export function useThemeSetting(): void {
  const { setColorScheme } = useMantineColorScheme();
  // Mantine makes this function anew with each rendering, and each call of it makes the browser resolve every colour of the page again.
  const apply = useEffectEvent(setColorScheme);
  const theme = useSettings().data?.theme;
  useEffect(() => {
    if (theme !== undefined) apply(theme === 'system' ? 'auto' : theme);
  }, [theme]);
}
