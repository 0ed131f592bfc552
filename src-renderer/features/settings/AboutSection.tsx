import { Alert, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSystemInfo } from '../../api/queries.ts';
import { deviceName } from '../../components/format.ts';
import { QueryState } from '../../components/QueryState.tsx';
import classes from './SettingsDialog.module.css';
import { useWording } from '../../i18n/use-wording.ts';

/** What is installed here; the first thing to look at when something does not run. */
export function AboutSection() {
  const { t } = useTranslation();
  const wording = useWording();
  const system = useSystemInfo();
  if (system.data === undefined) return <QueryState query={system} />;
  const { studioVersion, nodeVersion, platform, ffmpegVersion, ffmpegProblem, providers, cpuCount } = system.data;
  const facts = [
    [t('common.appName'), studioVersion],
    [t('settings.about.system'), platform],
    ['Node.js', nodeVersion],
    ['ffmpeg', ffmpegVersion ?? '–'],
    [t('settings.about.providers'), providers.map(deviceName).join(', ')],
    [t('settings.about.cpus'), String(cpuCount)],
  ] as const;
  return (
    <Stack gap="lg">
      {ffmpegProblem !== null && (
        <Alert color="red" title={t('errors.tool-missing.title')}>
          {wording(ffmpegProblem)}
        </Alert>
      )}
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Stack>
  );
}
