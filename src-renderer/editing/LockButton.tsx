import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { CommandButton } from './CommandButton.tsx';
import { useEditor } from './editor-context.tsx';
import { areCutsLocked } from './editor-store.ts';

/** Confirms the cut that commands mean, or sets it free: the same cut wherever the button stands. */
export function LockButton({ size }: { readonly size: number }) {
  const isLocked = useEditor(areCutsLocked);
  return (
    <CommandButton
      command={isLocked ? 'shots.unlock' : 'shots.lock'}
      icon={isLocked ? <IconLock size={size} /> : <IconLockOpen size={size} />}
      isOn={isLocked}
    />
  );
}
