import { createContext, use, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { UiState, UiStore } from './ui-store.ts';

const UiContext = createContext<UiStore | null>(null);

export function UiProvider({ store, children }: { readonly store: UiStore; readonly children: ReactNode }) {
  return <UiContext value={store}>{children}</UiContext>;
}

export function useUi<T>(select: (state: UiState) => T): T {
  const store = use(UiContext);
  if (store === null) throw new Error('Used outside <UiProvider>');
  return useStore(store, select);
}
