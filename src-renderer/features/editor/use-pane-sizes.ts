import { useLocalStorage } from '@mantine/hooks';
import type { SplitterPaneSize } from '@mantine/hooks';

/** A pane's first width or height: a share of the window, within limits, so that small and large screens both look right. */
export function firstSize(windowPx: number, share: number, limits: { readonly min: number; readonly max: number }): `${number}px` {
  return `${Math.round(Math.min(limits.max, Math.max(limits.min, windowPx * share)))}px`;
}

/** Sizes of the panes of a splitter, kept for the next visit. */
export function usePaneSizes(
  name: string,
  initial: SplitterPaneSize[],
): { sizes: SplitterPaneSize[]; onSizeChange: (sizes: SplitterPaneSize[]) => void } {
  const [sizes, setSizes] = useLocalStorage<SplitterPaneSize[]>({
    key: `shotluck.panes.${name}`,
    defaultValue: initial,
    getInitialValueInEffect: false,
  });
  return { sizes: sizes.length === initial.length ? sizes : initial, onSizeChange: setSizes };
}
