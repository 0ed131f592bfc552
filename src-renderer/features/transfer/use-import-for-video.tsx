import { useCallbackRef } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { AppError } from '#shared/contract/errors.ts';
import type { FileGrant, PickPurpose } from '#shared/contract/host-api.ts';
import type { FileOfVideoKind } from '#shared/domain/file-kinds.ts';
import type { GrantId, VideoId } from '#shared/domain/ids.ts';
import { useCore, useEdits } from '../../api/core-context.tsx';
import { useFileChoice } from '../../api/file-choice.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { useUndoRedo } from '../../app/shell/use-undo-redo.ts';
import { ImportNotes, ImportTitle } from './ImportOutcome.tsx';

export interface ImportForVideo {
  /** Asks for a file. */
  readonly choose: (kind: FileOfVideoKind, videoId: VideoId) => void;
  /** Takes one that was dropped. */
  readonly take: (kind: FileOfVideoKind, videoId: VideoId, file: FileGrant) => void;
}

interface Request {
  readonly videoId: VideoId;
  readonly grantId: GrantId;
  readonly replaceEdited: boolean;
}

interface Imported {
  readonly title: string;
  readonly notes: readonly string[];
}

interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly cancel: string;
}

/** How the core says that people edited what would be replaced. */
const EDITED = { subtitles: 'exchange.editedSegments', cuts: 'exchange.editedCuts' } as const satisfies Record<FileOfVideoKind, string>;

/** Long enough to see what came of it and take it back. */
const SHOWN_MS = 8000;

/** Reads files that belong to one video, subtitles and cut lists; asks again before what people edited is replaced. */
export function useImportForVideo(): ImportForVideo {
  const { pick } = useFileChoice();
  const showError = useShowError();
  const edits = useEdits();
  const showOutcome = useShowOutcome();
  const { send, questionFor } = useKinds();

  async function read(kind: FileOfVideoKind, request: Request): Promise<void> {
    // What was edited before is stored before, so that undo takes back what came last.
    await edits.settled();
    await showOutcome(await send[kind](request));
  }

  function ask(kind: FileOfVideoKind, videoId: VideoId, { grantId, name }: FileGrant): void {
    const { title, text, confirm, cancel } = questionFor(kind, name);
    modals.openConfirmModal({
      title,
      children: text,
      labels: { confirm, cancel },
      confirmProps: { color: 'red' },
      onConfirm: () => void read(kind, { videoId, grantId, replaceEdited: true }).catch(showError),
    });
  }

  async function choose(kind: FileOfVideoKind, videoId: VideoId): Promise<void> {
    const [file] = await pick(kind satisfies PickPurpose);
    if (file !== undefined) await take(kind, videoId, file);
  }

  async function take(kind: FileOfVideoKind, videoId: VideoId, file: FileGrant): Promise<void> {
    try {
      await read(kind, { videoId, grantId: file.grantId, replaceEdited: false });
    } catch (error) {
      if (!(error instanceof AppError) || error.words.key !== EDITED[kind]) throw error;
      ask(kind, videoId, file);
    }
  }

  return {
    choose: useCallbackRef((kind: FileOfVideoKind, videoId: VideoId) => void choose(kind, videoId).catch(showError)),
    take: useCallbackRef((kind: FileOfVideoKind, videoId: VideoId, file: FileGrant) => void take(kind, videoId, file).catch(showError)),
  };
}

/** What differs between the kinds: whom to ask, and in which words. */
function useKinds() {
  const { t } = useTranslation();
  const { api } = useCore();
  const send: Readonly<Record<FileOfVideoKind, (request: Request) => Promise<Imported>>> = {
    async subtitles(request) {
      const { segmentCount, notes } = await api.transcripts.importFile(request);
      return { title: t('transfer.imported.subtitles', { count: segmentCount }), notes };
    },
    async cuts(request) {
      const { shotCount, captionCount, notes } = await api.shots.importCuts(request);
      const captions = captionCount === 0 ? '' : t('transfer.imported.withCaptions', { count: captionCount });
      return { title: t('transfer.imported.cuts', { count: shotCount }) + captions, notes };
    },
  };
  const questionFor = (kind: FileOfVideoKind, name: string): Question => ({
    title: t(`transfer.replaceEdited.${kind}.title`),
    text: t(`transfer.replaceEdited.${kind}.text`, { name }),
    confirm: t(`transfer.replaceEdited.${kind}.confirm`),
    cancel: t('common.cancel'),
  });
  return { send, questionFor };
}

/** Says what was imported, and offers to take it back for as long as nothing was changed after it. */
function useShowOutcome(): (imported: Imported) => Promise<void> {
  const { t } = useTranslation();
  const { api } = useCore();
  const { undo } = useUndoRedo();
  const showError = useShowError();

  return async ({ title, notes }) => {
    const { undo: step } = await api.history.next({});

    async function takeBack(id: string): Promise<void> {
      const { undo: newest } = await api.history.next({});
      if (newest?.id === step?.id) undo();
      else notifications.show({ color: 'yellow', message: t('transfer.imported.editedSince'), autoClose: 6000 });
      notifications.hide(id);
    }

    const id = notifications.show({
      color: notes.length === 0 ? 'green' : 'yellow',
      title: <ImportTitle title={title} onUndo={() => void takeBack(id).catch(showError)} />,
      message: notes.length === 0 ? '' : <ImportNotes notes={notes} />,
      autoClose: notes.length === 0 ? SHOWN_MS : false,
    });
  };
}
