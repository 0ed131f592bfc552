import { useMemo, useSyncExternalStore } from 'react';
import { parseRoute, routeHref, type Route } from './routes.ts';

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

const currentHash = (): string => location.hash;

/** Where we are; renders again when the address changes. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, currentHash);
  return useMemo(() => parseRoute(hash), [hash]);
}

/** Goes to a place; `replace` leaves no step for the back button. */
export function navigate(route: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
  const href = routeHref(route);
  if (replace) location.replace(href);
  else location.hash = href;
}
