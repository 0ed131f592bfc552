import { ActionIcon, Group, Menu, Slider, Tooltip } from '@mantine/core';
import {
  IconChevronLeft,
  IconChevronRight,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBackFilled,
  IconPlayerSkipForwardFilled,
  IconRepeat,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CommandButton } from '../../editing/CommandButton.tsx';
import { useEditor, useEditorSession } from '../../editing/editor-context.tsx';
import classes from './player.module.css';
import { Timecode } from './Timecode.tsx';

const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

export function Transport() {
  const { t } = useTranslation();
  const isPlaying = useEditor((state) => state.rate !== 0);
  const isLooping = useEditor((state) => state.isLooping);
  return (
    <div className={classes.transport} role="toolbar" aria-label={t('editor.player.transport')}>
      <Timecode />
      <Group gap={2} wrap="nowrap" className={classes.mainButtons}>
        <CommandButton command="shots.previous" icon={<IconPlayerSkipBackFilled size={16} />} />
        <CommandButton command="player.previousFrame" icon={<IconChevronLeft size={18} />} />
        <CommandButton
          command="player.toggle"
          size={36}
          variant="filled"
          color="iris"
          icon={isPlaying ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
        />
        <CommandButton command="player.nextFrame" icon={<IconChevronRight size={18} />} />
        <CommandButton command="shots.next" icon={<IconPlayerSkipForwardFilled size={16} />} />
        <CommandButton command="player.loop" icon={<IconRepeat size={17} />} isOn={isLooping} />
      </Group>
      <Group gap={4} wrap="nowrap" justify="flex-end" className={classes.sideButtons}>
        <ShuttleRate />
        <SpeedMenu />
        <Volume />
      </Group>
    </div>
  );
}

/** The shuttle's speed while it is not the normal one: "4×" or "◂ 2×". */
function ShuttleRate() {
  const rate = useEditor((state) => state.rate);
  if (rate === 0 || rate === 1) return null;
  return <span className={classes.shuttle}>{rate < 0 ? `◂ ${-rate}×` : `${rate}×`}</span>;
}

function SpeedMenu() {
  const { t } = useTranslation();
  const { store } = useEditorSession();
  const speed = useEditor((state) => state.speed);
  return (
    <Menu position="top-end">
      <Menu.Target>
        <Tooltip label={t('editor.player.speed')}>
          <ActionIcon
            aria-label={t('editor.player.speedIs', { speed })}
            w={44}
            className={classes.speed}
            {...(speed !== 1 && { color: 'iris', variant: 'light' })}
          >
            {speed}×
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('editor.player.speed')}</Menu.Label>
        {SPEEDS.map((each) => (
          <Menu.Item key={each} onClick={() => store.actions.setSpeed(each)} fw={each === speed ? 700 : 400}>
            {each}×
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Volume() {
  const { t } = useTranslation();
  const { store, probe } = useEditorSession();
  const volume = useEditor((state) => state.volume);
  const isMuted = useEditor((state) => state.isMuted);
  if (probe.audioTracks.length === 0) {
    return <span className={classes.noAudio}>{t('editor.player.noAudio')}</span>;
  }
  return (
    <>
      <CommandButton command="player.mute" icon={isMuted ? <IconVolumeOff size={17} /> : <IconVolume size={17} />} isOn={isMuted} />
      <Slider
        className={classes.volume}
        thumbLabel={t('editor.player.volume')}
        label={(value) => `${value}%`}
        value={isMuted ? 0 : Math.round(volume * 100)}
        onChange={(value) => store.actions.setVolume(value / 100, value === 0)}
      />
    </>
  );
}
