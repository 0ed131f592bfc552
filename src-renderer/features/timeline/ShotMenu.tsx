import { Menu } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TransitionKind } from '#shared/domain/shot.ts';
import { CommandName, useCommandFace } from '../../editing/CommandButton.tsx';
import classes from './timeline.module.css';

export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

interface ShotMenuProps {
  readonly place: MenuPlace | null;
  readonly onClose: () => void;
}

/** The context menu of the timeline: the same commands as everywhere, at the pointer. */
export function ShotMenu({ place, onClose }: ShotMenuProps) {
  const { t } = useTranslation();
  return (
    <Menu opened={place !== null} onClose={onClose} position="right-start" offset={2} width={280}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          className={classes.menuAnchor}
          style={{ left: place?.x ?? 0, top: place?.y ?? 0 }}
          aria-label={t('editor.timeline.menu')}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('editor.timeline.menu')}>
        <MenuCommand command="shots.split" />
        <MenuCommand command="shots.merge" />
        <MenuCommand command="shots.deleteCut" />
        <MenuCommand command="shots.cutHere" />
        <MenuCommand command="shots.lock" />
        <MenuCommand command="shots.unlock" />
        <Menu.Divider />
        <Menu.Label>{t('editor.transition.label')}</Menu.Label>
        {TransitionKind.options.map((kind) => (
          <MenuCommand key={kind} command={`shots.transition.${kind}`} />
        ))}
        <Menu.Divider />
        <MenuCommand command="captions.edit" />
        <MenuCommand command="captions.generate" />
        <MenuCommand command="captions.generateCandidates" />
        <MenuCommand command="captions.narrate" />
        <MenuCommand command="captions.accept" />
        <Menu.Divider />
        <MenuCommand command="timeline.zoomToShot" />
        <MenuCommand command="shots.import" />
      </Menu.Dropdown>
    </Menu>
  );
}

function MenuCommand({ command }: { readonly command: string }) {
  const { label, shortcut, isEnabled, refusal, run } = useCommandFace(command);
  return (
    <Menu.Item onClick={run} disabled={!isEnabled} title={refusal}>
      <CommandName label={label} shortcut={shortcut} />
    </Menu.Item>
  );
}
