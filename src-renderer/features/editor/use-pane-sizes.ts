import { useLocalStorage } from '@mantine/hooks';
import type { SplitterPaneSize } from '@mantine/hooks';

/** Sizes of the panes of a splitter, kept for the next visit. */
export function usePaneSizes(name: string, initial: SplitterPaneSize[]): { sizes: SplitterPaneSize[]; onSizeChange: (sizes: SplitterPaneSize[]) => void } {
  const [sizes, setSizes] = useLocalStorage<SplitterPaneSize[]>({ key: `shotluck.panes.${name}`, defaultValue: initial, getInitialValueInEffect: false });
  return { sizes: sizes.length === initial.length ? sizes : initial, onSizeChange: setSizes };
}
