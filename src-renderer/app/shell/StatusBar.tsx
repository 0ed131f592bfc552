import { useWording } from '../../i18n/use-wording.ts';
import { Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCpu, IconUser } from '@tabler/icons-react';
import { useIsMutating } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useConnectionState } from '../../api/core-context.tsx';
import { useEngineTitle, useJobs, useMe, useProject, useRunningEngines, useSystemInfo, useVideos } from '../../api/queries.ts';
import { deviceName, formatEta, formatPercent } from '../../components/format.ts';
import { summariseQueue } from '../../api/job-groups.ts';
import type { UnsavedWords } from '../../editing/drafts.ts';
import { useUi } from '../ui-context.tsx';
import classes from './Shell.module.css';

export function StatusBar() {
  return (
    <footer className={classes.statusbar}>
      <SavedState />
      <CurrentJob />
      <Myself />
      <SystemState />
    </footer>
  );
}

/** Every edit is stored when it is made: this shows so, and when it is not so. */
function SavedState() {
  const { t } = useTranslation();
  const connection = useConnectionState();
  const hasProject = (useProject().data ?? null) !== null;
  const words = useUnsavedWords();
  const isSaving = useIsMutating() > 0 || words === 'waiting';
  if (connection === 'connected' && words === 'stuck')
    return (
      <output className={`${classes.statusItem} ${classes.problem}`}>
        <IconAlertTriangle size={14} aria-hidden />
        {t('shell.notSaved')}
      </output>
    );
  const text = ((): string => {
    if (connection !== 'connected') return t(`shell.connection.${connection}`);
    if (isSaving) return t('shell.saving');
    return hasProject ? t('shell.saved') : t('shell.connection.connected');
  })();
  return (
    <output className={classes.statusItem}>
      {connection === 'connected' && hasProject && !isSaving ? (
        <IconCheck size={14} color="var(--ok-text)" aria-hidden />
      ) : (
        <span className={classes.dot} data-state={connection} />
      )}
      {text}
    </output>
  );
}

/** Of the videos of this project: words of another one wait for it to be opened. */
function useUnsavedWords(): UnsavedWords | null {
  const videos = useVideos().data ?? [];
  const unsaved = useUi((ui) => ui.unsavedWords);
  const found = videos.flatMap(({ id }) => unsaved.get(id) ?? []);
  return found.includes('stuck') ? 'stuck' : (found[0] ?? null);
}

function CurrentJob() {
  const worded = useWording();
  const job = useJobs(summariseQueue).data?.running ?? null;
  const parts = job === null ? [] : [worded(job.title), formatPercent(job.fraction), ...(job.etaMs === null ? [] : [formatEta(job.etaMs)])];
  return (
    <span className={`${classes.statusItem} ${classes.statusFill}`}>
      <span>{parts.join(' · ')}</span>
    </span>
  );
}

/** Who works in this browser; on the desktop there is nobody to be distinguished from. */
function Myself() {
  const { t } = useTranslation();
  const me = useMe().data;
  const openDialog = useUi((ui) => ui.openDialog);
  if (me === undefined || me.personId === null || me.name === null) return null;
  return (
    <Tooltip label={t('people.you', { name: me.name })}>
      <UnstyledButton className={classes.statusItem} onClick={() => openDialog({ name: 'settings' })}>
        <IconUser size={14} aria-hidden />
        {me.role === 'owner' ? me.name : `${me.name} · ${t('people.role.annotator')}`}
      </UnstyledButton>
    </Tooltip>
  );
}

function SystemState() {
  const { t } = useTranslation();
  const wording = useWording();
  const system = useSystemInfo().data;
  const openDialog = useUi((ui) => ui.openDialog);
  if (system === undefined) return null;
  const { ffmpegProblem, ffmpegVersion, providers, cpuCount, studioVersion } = system;
  return (
    <>
      {ffmpegProblem !== null ? (
        <Tooltip label={wording(ffmpegProblem)} multiline maw={360}>
          <UnstyledButton
            className={`${classes.statusItem} ${classes.problem}`}
            onClick={() => openDialog({ name: 'settings', section: 'about' })}
          >
            <IconAlertTriangle size={14} aria-hidden />
            {t('shell.ffmpegProblem')}
          </UnstyledButton>
        </Tooltip>
      ) : (
        <span className={classes.statusItem}>ffmpeg {ffmpegVersion?.split(/[-\s]/)[0]}</span>
      )}
      <Devices providers={providers} cpuCount={cpuCount} />
      <span className={classes.statusItem}>v{studioVersion}</span>
    </>
  );
}

/** The engine that ran last and its device; before the first one, the devices that there are. */
function Devices({ providers, cpuCount }: { readonly providers: readonly string[]; readonly cpuCount: number }) {
  const { t } = useTranslation();
  const running = useRunningEngines().data ?? [];
  const engineTitle = useEngineTitle();
  const [latest] = running;
  const titleOf = (engineId: string): string => engineTitle(engineId) ?? engineId;
  const lines = [
    t('shell.providers', { count: cpuCount, providers: providers.map(deviceName).join(', ') }),
    ...running.flatMap(({ engineId, device, notes }) => [
      t('shell.runsOn', { engine: titleOf(engineId), device: deviceName(device) }),
      ...notes,
    ]),
  ];
  const hasNotes = running.some(({ notes }) => notes.length > 0);
  return (
    <Tooltip label={lines.join('\n')} multiline maw={420} styles={{ tooltip: { whiteSpace: 'pre-line' } }}>
      <span className={`${classes.statusItem} ${hasNotes ? classes.problem : ''}`}>
        <IconCpu size={14} aria-hidden />
        {latest === undefined ? providers.map(deviceName).join(' · ') : `${titleOf(latest.engineId)} · ${deviceName(latest.device)}`}
      </span>
    </Tooltip>
  );
}
