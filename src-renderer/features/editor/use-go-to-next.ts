import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { findShot, hasProblem, isUnreviewed, reviewState } from '../../editing/shot-texts.ts';
import { useTextActions } from '../../editing/use-text-actions.ts';

/** Goes to the next shot that fits, or says that there is none. */
export function useGoToNext() {
  const { t } = useTranslation();
  const { video, store } = useEditorSession();
  const { current } = useTextActions(video.id);
  return (fits: 'unreviewed' | 'uncaptioned' | 'problem', from = store.getState().activeIndex): void => {
    const { shots } = store.getState();
    const index = findShot(shots, { from, direction: 1 }, (shot) => {
      const text = current({ shotId: shot.id, kind: 'visual' });
      if (fits === 'unreviewed') return isUnreviewed(text);
      return fits === 'uncaptioned' ? reviewState(text) === 'empty' : hasProblem(text);
    });
    if (index >= 0) store.actions.goToShot(index);
    else notifications.show({ id: `none-${fits}`, color: 'green', message: t(`editor.found.${fits}`), autoClose: 2500 });
  };
}
