import { useCallbackRef, useLocalStorage } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { ProjectInfo } from '#shared/contract/views.ts';
import { useHasAllVideos, useVideos } from '../../api/queries.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { QueryState } from '../../components/QueryState.tsx';
import { EmptyLibrary, NothingFound } from './EmptyLibrary.tsx';
import {
  emptySelection,
  selectByClick,
  viewVideos,
  visibleSelection,
  type LibraryView,
  type Selection,
  type SelectionClick,
} from './library-view.ts';
import classes from './LibraryPage.module.css';
import { LibraryToolbar, type LibraryLayout } from './LibraryToolbar.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { useVideoActions } from './use-video-actions.ts';
import { VideoGrid } from './VideoGrid.tsx';
import { VideoTable } from './VideoTable.tsx';

const firstView: LibraryView = { text: '', filter: 'all', sortKey: 'position', isDescending: false };

/** All videos of the project: how far each is, and what can be done with many at once. */
export function LibraryPage({ project }: { readonly project: ProjectInfo }) {
  const videos = useVideos();
  const hasAll = useHasAllVideos();
  const actions = useVideoActions(videos.data ?? []);
  const [view, setView] = useState(firstView);
  const [layout, setLayout] = useLocalStorage<LibraryLayout>({ key: 'library-layout', defaultValue: 'list' });
  const [selection, setSelection] = useState<Selection>(emptySelection);
  const shown = useMemo(() => viewVideos(videos.data ?? [], view), [videos.data, view]);
  const order = useMemo(() => shown.map(({ id }) => id), [shown]);
  const selected = visibleSelection(selection, order);
  const onSelect = useCallbackRef((click: SelectionClick) => setSelection(selectByClick(selection, order, click)));
  const clear = (): void => setSelection(emptySelection);
  const selectAll = (): void => setSelection({ ids: new Set(order), anchorId: order[0] ?? null });

  useCommands([
    {
      id: 'library.selectAll',
      label: 'commands.selectAll',
      group: 'edit',
      shortcuts: ['Mod+A'],
      when: () => order.length > 0 && hasAll,
      run: selectAll,
    },
    {
      id: 'library.clearSelection',
      label: 'commands.clearSelection',
      group: 'edit',
      shortcuts: ['Escape'],
      when: () => selected.length > 0,
      run: clear,
    },
    {
      id: 'library.remove',
      label: 'commands.removeVideos',
      group: 'edit',
      shortcuts: ['Delete'],
      when: () => selected.length > 0,
      run: () => actions.confirmRemove(selected, null),
    },
  ]);

  if (videos.data === undefined) return <QueryState query={videos} />;
  if (videos.data.length === 0) return <EmptyLibrary />;

  const listProps = {
    videos: shown,
    actions,
    selectedIds: new Set(selected),
    onSelect,
  };
  return (
    <div className={classes.page} data-selecting={selected.length > 0}>
      <LibraryToolbar
        project={project}
        videos={videos.data}
        hasAll={hasAll}
        view={view}
        onView={setView}
        layout={layout}
        onLayout={setLayout}
      />
      {shown.length === 0 ? (
        <NothingFound onReset={() => setView(firstView)} />
      ) : layout === 'list' ? (
        <VideoTable
          {...listProps}
          view={view}
          onView={setView}
          {...(hasAll && { onSelectAll: selected.length === order.length ? clear : selectAll })}
        />
      ) : (
        <VideoGrid {...listProps} />
      )}
      {selected.length > 0 && <SelectionBar videoIds={selected} actions={actions} onClear={clear} />}
    </div>
  );
}
