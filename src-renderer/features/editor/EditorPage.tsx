import { Splitter, VisuallyHidden } from '@mantine/core';
import { memo, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { VideoId } from '#shared/domain/ids.ts';
import { nominalClock, type FrameClock } from '#shared/domain/time.ts';
import { hasNoFile, nominalProbe, type VideoListItem, type VideoProbe } from '#shared/domain/video.ts';
import { useShots, useVideo } from '../../api/queries.ts';
import { useCommands } from '../../app/commands/command-context.tsx';
import { useRoute } from '../../app/use-route.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { EditorSessionProvider, useEditorSession } from '../../editing/editor-context.tsx';
import { useFrameClock } from '../../editing/use-media-bytes.ts';
import { Player } from '../player/Player.tsx';
import { useShotActions } from '../shots/use-shot-actions.ts';
import { Timeline } from '../timeline/Timeline.tsx';
import classes from './editor.module.css';
import { EditorLoading, NoShots, VideoGone, VideoPending, VideoTrouble } from './EditorStates.tsx';
import { Inspector } from './Inspector.tsx';
import { useScreenTextCommands } from './use-screen-text-commands.ts';
import { useCaptionCommands } from './use-caption-commands.ts';
import { firstSize, usePaneSizes } from './use-pane-sizes.ts';
import { usePlayerCommands } from './use-player-commands.ts';
import { useSession } from './use-session.ts';
import { useShotCommands } from './use-shot-commands.ts';
import { useSpeechCommands } from './use-speech-commands.ts';
import { VideoList } from './VideoList.tsx';
import { wordsOf } from '#shared/contract/errors.ts';

/** The page for one video: list of videos, player above timeline, inspector. Panes can be resized, also by keyboard. */
export function EditorPage({ videoId }: { readonly videoId: VideoId }) {
  const { t } = useTranslation();
  const listSize = firstSize(innerWidth, 0.13, { min: 208, max: 240 });
  const outer = usePaneSizes('outer', [listSize, '100%']);
  const isListHidden = Number.parseFloat(String(outer.sizes[0])) === 0;
  useCommands([
    {
      id: 'editor.toggleVideos',
      label: 'editor.commands.toggleVideos',
      group: 'view',
      shortcuts: ['Alt+V'],
      worksWhileTyping: true,
      run: () => outer.onSizeChange([isListHidden ? listSize : '0px', '100%']),
    },
  ]);
  return (
    <Splitter
      {...outer}
      className={classes.page ?? ''}
      lineSize={1}
      withHandle={false}
      aria-label={t('editor.title')}
      step="16px"
      shiftStep="80px"
    >
      <Splitter.Pane defaultSize={listSize} min="150px" max="360px" collapsible collapseThreshold="110px">
        {!isListHidden && <VideoList videoId={videoId} />}
      </Splitter.Pane>
      <Splitter.Pane defaultSize="100%">
        <VideoWorkplace videoId={videoId} />
      </Splitter.Pane>
    </Splitter>
  );
}

function VideoWorkplace({ videoId }: { readonly videoId: VideoId }) {
  const query = useVideo(videoId);
  if (query.isPending || query.isError) return <QueryState query={query} />;
  const video = query.data;
  if (video === undefined) return <VideoGone />;
  // What was annotated can be read and edited without its file; a file of which nothing is known cannot.
  if (hasNoFile(video) && video.probe === null && video.shotCount === 0) return <VideoTrouble video={video} />;
  if (video.state === 'pending') return <VideoPending video={video} />;
  return <KnownVideo video={video} />;
}

function KnownVideo({ video }: { readonly video: VideoListItem }) {
  const shots = useShots(video.id);
  const frameCount = nominalClock(shots.data ?? []).frameCount;
  const probe = useMemo(() => video.probe ?? nominalProbe(frameCount), [video.probe, frameCount]);
  const { clock, error } = useFrameClock({ id: video.id, probe });
  if (error !== null) return <VideoTrouble video={{ ...video, state: 'corrupt', stateReason: wordsOf(error) }} />;
  // A video whose shots are not known yet is no video without shots.
  if (shots.data === undefined) return <QueryState query={shots} />;
  return clock === null ? <EditorLoading /> : <Workspace key={video.id} video={video} probe={probe} clock={clock} />;
}

interface WorkspaceProps {
  readonly video: VideoListItem;
  readonly probe: VideoProbe;
  readonly clock: FrameClock;
}

/** Its parts look at the shots by themselves: an edit of one of ten thousand must not draw the whole page anew. */
const Workspace = memo(function Workspace({ video, probe, clock }: WorkspaceProps) {
  const session = useSession(video, probe, clock);
  return (
    <EditorSessionProvider session={session}>
      <VisuallyHidden component="h1">{video.name}</VisuallyHidden>
      <Panes />
    </EditorSessionProvider>
  );
});

function Panes() {
  const { store } = useEditorSession();
  const shotActions = useShotActions();
  useCommands([
    ...usePlayerCommands(),
    ...useShotCommands(shotActions),
    ...useCaptionCommands(),
    ...useScreenTextCommands(),
    ...useSpeechCommands(),
  ]);
  useShotOfAddress();
  const columns = usePaneSizes('columns', ['100%', firstSize(innerWidth, 0.23, { min: 340, max: 460 })]);
  const rows = usePaneSizes('rows', ['100%', firstSize(innerHeight, 0.345, { min: 240, max: 380 })]);
  return (
    <Splitter {...columns} className={classes.fill ?? ''} lineSize={1} withHandle={false} step="16px" shiftStep="80px">
      <Splitter.Pane defaultSize="100%">
        <Splitter
          {...rows}
          orientation="vertical"
          className={classes.fill ?? ''}
          lineSize={1}
          withHandle={false}
          step="16px"
          shiftStep="80px"
        >
          <Splitter.Pane defaultSize="100%">
            <Player />
          </Splitter.Pane>
          <Splitter.Pane defaultSize="276px" min="190px" max="560px">
            <div className={classes.timelinePane}>
              <NoShots />
              <Timeline onMoveBoundary={shotActions.moveBoundary} onEditCaption={store.actions.focusCaption} />
            </div>
          </Splitter.Pane>
        </Splitter>
      </Splitter.Pane>
      <Splitter.Pane defaultSize="348px" min="280px" max="640px">
        <Inspector />
      </Splitter.Pane>
    </Splitter>
  );
}

/** A link may name a shot (search, summary, library) and a frame in it: once the shot is known, the playhead goes there. */
function useShotOfAddress(): void {
  const { store } = useEditorSession();
  const route = useRoute();
  const shotId = route.page === 'editor' ? route.shotId : null;
  const frame = route.page === 'editor' ? (route.frame ?? null) : null;
  useEffect(() => {
    if (shotId === null) return undefined;
    const goThere = (): boolean => {
      const index = store.getState().shots.findIndex((shot) => shot.id === shotId);
      if (index >= 0) store.actions.goToShot(index);
      if (index >= 0 && frame !== null) store.actions.seek(frame);
      return index >= 0;
    };
    if (goThere()) return undefined;
    const unsubscribe = store.subscribe((state, before) => {
      if (state.shots !== before.shots && goThere()) unsubscribe();
    });
    return unsubscribe;
  }, [store, shotId, frame]);
}
