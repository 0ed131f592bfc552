import type { Server } from 'node:http';
import { errorCode } from '#core/base/files/error-code.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

/** @throws AppError `conflict` where the port is taken, `invalid-input` where port or host cannot be had at all */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw explain(error, port, host);
  }
}

/** What the system says where a host is none, or none of this computer's. */
const NO_HOST: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EINVAL', 'EAFNOSUPPORT']);

function explain(error: unknown, port: number, host: string): unknown {
  const code = errorCode(error);
  if (code === 'EADDRINUSE') return new AppError('conflict', words('hosts.portInUse', { port }), { cause: error });
  if (code === 'EACCES') return new AppError('invalid-input', words('hosts.portForbidden', { port, code }), { cause: error });
  if (code !== null && NO_HOST.has(code))
    return new AppError('invalid-input', words('hosts.hostUnusable', { host, code }), { cause: error });
  return error;
}
