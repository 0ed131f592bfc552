import { useCallback, useEffect, useRef, useState } from 'react';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { EndpointTest } from '#shared/contract/views.ts';
import type { Endpoint } from '#shared/domain/endpoint.ts';
import { plain } from '#shared/words/words.ts';
import { useCore } from '../../api/core-context.tsx';

export interface EndpointTesting {
  readonly isRunning: boolean;
  readonly result: EndpointTest | null;
  /** Why there is no result. */
  readonly error: AppError | null;
  start(endpoint: Endpoint, key: { readonly key?: string }): void;
  stop(): void;
}

/** Tries an endpoint; leaving the form stops it. */
export function useEndpointTest(): EndpointTesting {
  const { api } = useCore();
  const running = useRef<AbortController | null>(null);
  const [state, setState] = useState<Pick<EndpointTesting, 'isRunning' | 'result' | 'error'>>({
    isRunning: false,
    result: null,
    error: null,
  });

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setState((old) => ({ ...old, isRunning: false }));
  }, []);
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    (endpoint: Endpoint, key: { readonly key?: string }) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setState({ isRunning: true, result: null, error: null });
      api.endpoints.test({ endpoint, ...key }, { signal: controller.signal }).then(
        (result) => {
          if (running.current === controller) setState({ isRunning: false, result, error: null });
        },
        (error: unknown) => {
          if (running.current !== controller || isCancelled(error)) return;
          setState({
            isRunning: false,
            result: null,
            error: error instanceof AppError ? error : new AppError('internal', plain(String(error))),
          });
        },
      );
    },
    [api],
  );
  return { ...state, start, stop };
}
