import { Badge, Collapse, Text, Title, UnstyledButton } from '@mantine/core';
import {
  IconBadgeCc,
  IconBox,
  IconChevronDown,
  IconCut,
  IconFileText,
  IconMicrophone,
  IconTextScan2,
  type Icon,
} from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelDownload, ModelInfo, Settings } from '#shared/contract/views.ts';
import { partsOfSummariser } from '#shared/domain/summary-method.ts';
import { useSettings } from '../../api/queries.ts';
import { formatBytes } from '../../components/format.ts';
import { DownloadProgress } from './DownloadProgress.tsx';
import { ModelActions } from './ModelActions.tsx';
import { ModelFacts } from './ModelFacts.tsx';
import classes from './ModelsPage.module.css';
import { useWording } from '../../i18n/use-wording.ts';

const roleIcons: Readonly<Record<string, Icon>> = {
  captioner: IconBadgeCc,
  writer: IconFileText,
  'shot-detector': IconCut,
  transcriber: IconMicrophone,
  'text-recogniser': IconTextScan2,
};
const stateColors = { missing: 'yellow', broken: 'red' } as const;

interface ModelCardProps {
  readonly model: ModelInfo;
  /** Running or stopped; null when there is none. */
  readonly download: ModelDownload | null;
}

export function ModelCard({ model, download }: ModelCardProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const wording = useWording();
  const detailsId = useId();
  const settings = useSettings().data;
  const isInUse = settings !== undefined && usedModels(settings).includes(model.id);
  const RoleIcon = roleIcons[model.role] ?? IconBox;
  return (
    <li className={classes.card} aria-label={model.title}>
      <RoleIcon size={20} stroke={1.6} className={classes.roleIcon} aria-hidden />
      <div className={classes.main}>
        <div className={classes.head}>
          <Title order={3}>{model.title}</Title>
          {model.state !== 'available' && model.state !== 'installed' && (
            <Badge color={stateColors[model.state]}>{t(`models.state.${model.state}`)}</Badge>
          )}
          {isInUse && <Badge color="iris">{t('models.inUse')}</Badge>}
        </div>
        <Text size="xs" c="dimmed">
          {useShortFacts(model).join(' · ')}
        </Text>
        {model.stateReason !== null && (
          <Text size="sm" c="var(--warn-text)">
            {wording(model.stateReason)}
          </Text>
        )}
        {model.notes !== '' && <Text size="sm">{model.notes}</Text>}
        {download !== null && <DownloadProgress download={download} />}
        <UnstyledButton className={classes.detailsButton} aria-expanded={isOpen} aria-controls={detailsId} onClick={() => setOpen(!isOpen)}>
          {isOpen ? t('models.hideDetails') : t('models.details')}
          <IconChevronDown size={13} data-open={isOpen} aria-hidden />
        </UnstyledButton>
        <Collapse expanded={isOpen} id={detailsId}>
          <ModelFacts model={model} />
        </Collapse>
      </div>
      <ModelActions model={model} isDownloading={download !== null} isInUse={isInUse} />
    </li>
  );
}

/** The models that the settings choose. */
function usedModels({ captionerId, detectorId, transcriberId, summariserId }: Settings): readonly string[] {
  const writerId = partsOfSummariser(summariserId)?.modelId;
  return [captionerId, detectorId, transcriberId, ...(writerId === undefined ? [] : [writerId])];
}

/** Use, size, memory, devices: what people compare. */
function useShortFacts(model: ModelInfo): string[] {
  const { t, i18n } = useTranslation();
  const size = formatBytes(model.sizeBytes);
  const role = i18n.exists(`models.roles.${model.role}`) ? t(`models.roles.${model.role as 'captioner'}`) : model.role;
  return [
    role,
    ...(model.sizeBytes === 0 ? [] : [model.isSizeApproximate ? t('models.approximately', { size }) : size]),
    ...(model.memory === null ? [] : [t('models.memory', { size: formatBytes(model.memory.bytes) })]),
    ...(model.devices.length === 0 ? [] : [kindsOfDevice(model.devices)]),
    ...(model.delivery === 'folder' ? [] : [model.licence.split(/[:(]/u)[0]?.trim() ?? '']),
  ];
}

/** `CPU`, `GPU` or both; the details name every execution provider. */
function kindsOfDevice(devices: readonly string[]): string {
  const kinds = [...(devices.includes('cpu') ? ['CPU'] : []), ...(devices.some((device) => device !== 'cpu') ? ['GPU'] : [])];
  return kinds.join(', ');
}
