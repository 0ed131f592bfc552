import { describe, expect, it } from 'vitest';
import { EndpointId } from '#shared/domain/endpoint.ts';
import { draftProblems, emptyDraft, endpointIdOf } from '../../../../src-renderer/features/settings/endpoint-draft.ts';

describe('the id of a new endpoint', () => {
  it.each([
    ['GPU box', [], 'gpu-box'],
    ['GPU box', ['gpu-box', 'gpu-box-2'], 'gpu-box-3'],
    ['Küche №1', [], 'kuche-no1'],
    ['服务器', [], 'endpoint'],
    ['-- x --', [], 'x'],
    ['a'.repeat(80), [], 'a'.repeat(32)],
  ])('made from %j beside %j is %j', (title, taken, id) => {
    expect(endpointIdOf(title, taken)).toBe(id);
    expect(EndpointId.safeParse(id).success).toBe(true);
  });
});

describe('a draft of an endpoint', () => {
  it('says by field what is missing or wrong', () => {
    expect(Object.keys(draftProblems(emptyDraft)).toSorted()).toEqual(['model', 'title']);
    expect(Object.keys(draftProblems({ ...emptyDraft, title: 'Box', model: 'm', baseUrl: 'box' }))).toEqual(['baseUrl']);
    expect(draftProblems({ ...emptyDraft, title: 'Box', model: 'm' })).toEqual({});
  });
});
