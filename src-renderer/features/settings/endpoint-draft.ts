import type { EndpointsView } from '#shared/contract/views.ts';
import { defaultEndpoint, Endpoint } from '#shared/domain/endpoint.ts';

export type SavedEndpoint = EndpointsView['endpoints'][number];

export type EndpointDraft = Omit<Endpoint, 'id'>;

export const emptyDraft: EndpointDraft = { ...defaultEndpoint, title: '', baseUrl: 'http://127.0.0.1:8000/v1', model: '' };

/** What of an endpoint can be changed. */
export function draftOf({ id: _id, hasKey: _hasKey, isLocal: _isLocal, ...draft }: SavedEndpoint): EndpointDraft {
  return draft;
}

/** A free id made from a title: `GPU box` → `gpu-box`, `gpu-box-2`. */
export function endpointIdOf(title: string, taken: readonly string[]): string {
  const plain = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '')
    .slice(0, 32);
  const base = plain === '' ? 'endpoint' : plain;
  let id = base;
  for (let number = 2; taken.includes(id); number++) id = `${base}-${number}`;
  return id;
}

/** Why a field cannot be saved, by name; empty when all can. */
export function draftProblems(draft: EndpointDraft): Partial<Record<keyof EndpointDraft, string>> {
  const { error } = Endpoint.omit({ id: true }).safeParse(draft);
  return Object.fromEntries((error?.issues ?? []).map((issue) => [String(issue.path[0]), issue.message]));
}
