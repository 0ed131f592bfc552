import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { AppError } from '#shared/contract/errors.ts';
import type { FileGrant } from '#shared/contract/host-api.ts';
import type { FileOfVideoKind } from '#shared/domain/file-kinds.ts';
import { plain } from '#shared/words/words.ts';
import { useFileChoice } from '../../api/file-choice.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useProject } from '../../api/queries.ts';
import { useEditRefusal } from '../../api/use-edit-refusal.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { type Refusal, RefusalList } from '../../components/RefusalList.tsx';
import { useUi } from '../../app/ui-context.tsx';
import { navigate } from '../../app/use-route.ts';
import { projectNameFor, purposeOf } from './video-files.ts';
import { useWording } from '../../i18n/use-wording.ts';

export interface ImportVideos {
  readonly choose: (purpose: 'videos' | 'video-folder') => void;
  /** For dropped files. Without an open project, one is made that bears the first file's name. */
  readonly addFiles: (files: readonly File[]) => void;
}

export type TakeFileOfVideo = (kind: FileOfVideoKind, file: FileGrant) => void;

const FILES_OF_VIDEO: readonly FileOfVideoKind[] = ['subtitles', 'cuts'];

/**
 * Adds videos to the open project and reports what was added, was there already, or was refused and why. Of dropped files, a data set opens
 * the dialog for it, and subtitles and cut lists go to `onFileOfVideo`; null: there is no video that they could belong to.
 */
export function useImportVideos(onFileOfVideo: TakeFileOfVideo | null = null): ImportVideos {
  const { t } = useTranslation();
  const wording = useWording();
  const project = useProject().data ?? null;
  const { pick, grant } = useFileChoice();
  const showError = useShowError();
  const refusal = useEditRefusal();
  const add = useCoreMutation('videos', 'add', { isSilent: true });
  const openDialog = useUi((ui) => ui.openDialog);
  const create = useCoreMutation('projects', 'create', { isSilent: true });

  async function addGrants(grants: readonly FileGrant[], refusedBefore: readonly Refusal[]): Promise<void> {
    if (grants.length === 0) return showRefused(refusedBefore);
    if (project === null) await create.mutateAsync({ name: projectNameFor(grants) });
    const { added, alreadyThere, refused } = await add.mutateAsync({ grantIds: grants.map(({ grantId }) => grantId) });
    navigate({ page: 'library' });
    if (added.length > 0)
      notifications.show({
        color: 'green',
        title: t('library.import.added', { count: added.length }),
        message: t('library.import.addedMessage', { count: added.length }),
      });
    if (alreadyThere.length > 0)
      notifications.show({ title: t('library.import.alreadyThere', { count: alreadyThere.length }), message: alreadyThere.join(', ') });
    showRefused([...refusedBefore, ...refused.map(({ name, reason }) => ({ name, reason: wording(reason) }))]);
  }

  function showRefused(refused: readonly Refusal[]): void {
    if (refused.length === 0) return;
    notifications.show({
      color: 'yellow',
      title: t('library.import.refused', { count: refused.length }),
      message: <RefusalList refused={refused} />,
      autoClose: 12_000,
    });
  }

  async function chooseAndAdd(purpose: 'videos' | 'video-folder'): Promise<void> {
    await addGrants(await pick(purpose), []);
  }

  async function grantAndAdd(files: readonly File[]): Promise<void> {
    // Before anything is uploaded for nothing.
    if (refusal !== null) throw new AppError('read-only', plain(refusal));
    const of = (purpose: ReturnType<typeof purposeOf>): readonly File[] => files.filter((file) => purposeOf(file) === purpose);
    const [dataset, ...furtherSets] = of('dataset');
    const ofVideo = FILES_OF_VIDEO.map((kind) => ({ kind, files: of(kind) }));
    const refused = [
      ...of('other').map(({ name }) => ({ name, reason: t('library.import.notAVideo') })),
      ...[...furtherSets, ...ofVideo.flatMap(({ files }) => files.slice(1))].map(({ name }) => ({
        name,
        reason: t('library.import.oneAtATime'),
      })),
      ...(onFileOfVideo === null
        ? ofVideo.flatMap(({ kind, files }) =>
            files.slice(0, 1).map(({ name }) => ({ name, reason: t(`library.import.needsVideo.${kind}`) })),
          )
        : []),
      ...(dataset !== undefined && project === null ? [{ name: dataset.name, reason: t('library.import.datasetNeedsProject') }] : []),
    ];
    const videos = of('video');
    if (videos.length > 0 || refused.length > 0) await addGrants(videos.length === 0 ? [] : await grant(videos), refused);
    if (onFileOfVideo !== null)
      for (const { kind, files } of ofVideo)
        if (files.length > 0) for (const file of await grant(files.slice(0, 1))) onFileOfVideo(kind, file);
    if (dataset !== undefined && project !== null) for (const file of await grant([dataset])) openDialog({ name: 'import-dataset', file });
  }

  return {
    choose: (purpose) => void chooseAndAdd(purpose).catch(showError),
    addFiles: (files) => void grantAndAdd(files).catch(showError),
  };
}
