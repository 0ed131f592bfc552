import { useEffect, useState } from 'react';
import { useConnectionState } from '../../api/core-context.tsx';
import { whyNoStill } from './still-loader.ts';
import type { Refusal } from '#shared/contract/errors.ts';

/** A picture that is there, that is being fetched, or that cannot be had and why (null: nobody said). */
export type Still =
  | { readonly state: 'loading' }
  | { readonly state: 'shown' }
  | { readonly state: 'failed'; readonly reason: Refusal | null };

const LOADING: Still = { state: 'loading' };

/** Fetches the picture behind an address; what was shown under another address never counts for this one. `settleMs`: asked only if wanted for so long. */
export function useStill(url: string, settleMs: number): Still {
  const [outcome, setOutcome] = useState<{ readonly url: string; readonly still: Still } | null>(null);
  const connection = useConnectionState();
  const known = outcome?.url === url ? outcome.still : LOADING;
  const isNeeded = known.state !== 'shown' && connection === 'connected';

  // What failed is tried again once the core is back.
  useEffect(() => {
    if (!isNeeded) return undefined;
    let isWanted = true;
    async function load(): Promise<void> {
      const picture = new Image();
      picture.src = url;
      // An image says nothing of its failure; who asks for the bytes learns it.
      const still: Still = await picture.decode().then(
        () => ({ state: 'shown' }),
        async () => ({ state: 'failed', reason: await whyNoStill(url) }),
      );
      if (isWanted) setOutcome({ url, still });
    }
    const timer = setTimeout(() => void load(), settleMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [url, settleMs, isNeeded]);

  return known;
}
