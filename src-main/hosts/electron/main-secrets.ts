import type { Secrets } from '#core/base/secrets/secrets.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { FromCore, SecretRequest, ToCore } from './core-messages.ts';

export interface MainSecrets extends Secrets {
  /** Takes main's answer. */
  receive(message: Extract<ToCore, { readonly type: 'secret-answer' | 'secret-refusal' }>): void;
}

/** The core process's end of the secrets that main keeps. */
export function createMainSecrets(send: (message: FromCore) => void): MainSecrets {
  const pending = new Map<number, PromiseWithResolvers<string | boolean | null>>();
  let nextId = 1;

  function ask(request: SecretRequest): Promise<string | boolean | null> {
    const requestId = nextId++;
    const answer = Promise.withResolvers<string | boolean | null>();
    pending.set(requestId, answer);
    send({ type: 'secret-request', requestId, request });
    return answer.promise;
  }

  return {
    isPersistent: async () => (await ask({ kind: 'is-persistent' })) === true,
    async get(name) {
      const value = await ask({ kind: 'get', name });
      return typeof value === 'string' ? value : null;
    },
    async set(name, value) {
      await ask({ kind: 'set', name, value });
    },
    async remove(name) {
      await ask({ kind: 'remove', name });
    },
    receive(message) {
      const call = pending.get(message.requestId);
      pending.delete(message.requestId);
      if (message.type === 'secret-answer') call?.resolve(message.value);
      else call?.reject(new AppError('internal', words('hosts.keyNotKept', { reason: message.words ?? message.message })));
    },
  };
}
