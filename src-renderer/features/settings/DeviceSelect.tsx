import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Device, DeviceChoice } from '#shared/domain/device.ts';
import { useSystemInfo } from '../../api/queries.ts';
import { deviceName } from '../../components/format.ts';
import type { SettingsSectionProps } from './setting-fields.tsx';

/** Where one engine runs. Devices that do not work here can still be chosen: settings travel, and the engine falls back with a note. */
export function DeviceSelect({ engineId, settings, onChange }: SettingsSectionProps & { readonly engineId: string }) {
  const { t } = useTranslation();
  const working = useSystemInfo().data?.providers ?? [];
  const devices = Device.options.map((device) => ({
    value: device,
    label: working.includes(device) ? deviceName(device) : t('settings.device.unavailable', { device: deviceName(device) }),
  }));
  return (
    <Select
      label={t('settings.device.label')}
      description={t('settings.device.text')}
      inputWrapperOrder={['label', 'input', 'description']}
      allowDeselect={false}
      value={settings.devices[engineId] ?? 'auto'}
      data={[{ value: 'auto', label: t('settings.device.auto') }, ...devices]}
      onChange={(choice) => onChange({ devices: { ...settings.devices, [engineId]: DeviceChoice.parse(choice) } })}
    />
  );
}
