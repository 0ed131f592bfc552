import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Core } from '#core/app/create-core.ts';
import type { Guest } from '#core/app/people/people-service.ts';
import type { Upload } from '#core/base/files/uploads.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { sendJson } from './responses.ts';

const UPLOAD_PATH = /^\/uploads(?:\/([^/]+))?$/;
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

export function isUploadPath(pathname: string): boolean {
  return UPLOAD_PATH.test(pathname);
}

/**
 * Uploads in pieces, each a request of its own, so that a line that breaks costs one piece and no limit of time counts for the whole:
 * `POST /uploads?name=…&size=…` begins one, `PATCH /uploads/ID?from=…` adds a piece, `GET /uploads/ID` says where it stands. The whole
 * file is answered with a grant.
 */
export async function takeUpload(
  core: Pick<Core, 'uploads' | 'files'>,
  request: IncomingMessage,
  response: ServerResponse,
  { url, guest }: { readonly url: URL; readonly guest: Guest },
): Promise<void> {
  const uploadId = UPLOAD_PATH.exec(url.pathname)?.[1];
  // Somebody who waits with the body until it is wanted; in HTTP/1.0 nobody does.
  if (request.headers.expect !== undefined && request.httpVersionMinor === 1) response.writeContinue();
  const upload = await carryOut(core, request, { uploadId, query: url.searchParams, guest });
  const { sizeBytes, receivedBytes } = upload;
  const grant = upload.path === null ? null : await core.files.grantPath(upload.path);
  sendJson(response, request.method === 'POST' ? 201 : 200, { uploadId: upload.uploadId, sizeBytes, receivedBytes, grant });
}

async function carryOut(
  { uploads }: Pick<Core, 'uploads'>,
  request: IncomingMessage,
  { uploadId, query, guest }: { uploadId: string | undefined; query: URLSearchParams; guest: Guest },
): Promise<Upload> {
  const by = { personId: guest.personId, role: guest.role };
  if (request.method === 'POST' && uploadId === undefined) return uploads.begin(query.get('name') ?? '', numberOf(query, 'size'), by);
  if (uploadId === undefined) throw new AppError('not-found', words('hosts.nothingHere'));
  if (request.method === 'PATCH') return uploads.append(uploadId, numberOf(query, 'from'), request, by);
  return uploads.state(uploadId, by);
}

function numberOf(query: URLSearchParams, name: string): number {
  const parsed = wholeNumber.safeParse(query.get(name));
  if (!parsed.success) throw new AppError('invalid-input', words('hosts.uploadNumber', { name }));
  return parsed.data;
}
