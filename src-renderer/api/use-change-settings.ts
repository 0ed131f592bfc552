import { useCallback } from 'react';
import { PersonalSettings } from '#shared/contract/people.ts';
import type { SettingsPatch } from '#shared/contract/views.ts';
import { useCoreMutation } from './mutations.ts';

const personal: ReadonlySet<string> = new Set(Object.keys(PersonalSettings.shape));

/** Stores settings where they belong: what is the person's own with the person, everything else with the studio. A failure is shown. */
export function useChangeSettings(): (change: SettingsPatch) => void {
  const { mutate: changeStudio } = useCoreMutation('settings', 'update');
  const { mutate: changeOwn } = useCoreMutation('settings', 'personalise');
  return useCallback(
    (change) => {
      const [own, ofStudio] = [true, false].map((isOwn) =>
        Object.fromEntries(Object.entries(change).filter(([key]) => personal.has(key) === isOwn)),
      );
      if (own !== undefined && Object.keys(own).length > 0) changeOwn(own);
      if (ofStudio !== undefined && Object.keys(ofStudio).length > 0) changeStudio(ofStudio);
    },
    [changeOwn, changeStudio],
  );
}
