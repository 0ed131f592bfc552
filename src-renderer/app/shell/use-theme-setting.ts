import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useSettings } from '../../api/queries.ts';

/** The theme of the settings rules; Mantine keeps the last one in the browser, so that a start does not flash. */
export function useThemeSetting(): void {
  const { setColorScheme } = useMantineColorScheme();
  const theme = useSettings().data?.theme;
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
}
