import { useEffect, useRef } from 'react';
import type { ProjectRef } from '#shared/domain/ids.ts';
import { parseRoute } from '../routes.ts';
import { navigate } from '../use-route.ts';

const keyOf = (project: ProjectRef): string => `shotluck.page.${project}`;

/**
 * A window that was closed, or that crashed, opens on the page where it was. An address that names a page wins; within a page, the
 * editor remembers the frame.
 */
export function useLastPlace(project: ProjectRef | null): void {
  const isSettled = useRef(location.hash !== '');
  useEffect(() => {
    if (project === null) return undefined;
    const last = isSettled.current ? null : readPlace(project);
    isSettled.current = true;
    if (last !== null) navigate(parseRoute(last), { replace: true });
    const note = (): void => writePlace(project, location.hash);
    addEventListener('hashchange', note);
    return () => removeEventListener('hashchange', note);
  }, [project]);
}

function readPlace(project: ProjectRef): string | null {
  try {
    return localStorage.getItem(keyOf(project));
  } catch {
    // A forbidden storage costs the comfort of coming back, nothing else.
    return null;
  }
}

function writePlace(project: ProjectRef, hash: string): void {
  try {
    localStorage.setItem(keyOf(project), hash);
  } catch {
    // As above; a full one likewise.
  }
}
