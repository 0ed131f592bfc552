import type { Events } from '#shared/contract/events.ts';
import type { ReadOnlyReason } from '#shared/domain/project.ts';
import { readOnlyWords } from '#shared/domain/read-only-words.ts';
import { type Words, words } from '#shared/words/words.ts';
import type { LostWork } from './project-state.ts';

export function readOnlyNotice(project: string, reason: ReadOnlyReason): Events['notice'] {
  const isTrouble = reason === 'damaged' || reason === 'disk-error' || reason === 'moved' || reason === 'deleted' || reason === 'disk-full';
  return { level: isTrouble ? 'error' : 'warning', title: words('project.isReadOnly', { project }), message: readOnlyWords(reason) };
}

export function writableNotice(project: string): Events['notice'] {
  return { level: 'info', title: words('project.isWritable', { project }), message: words('project.hasRoomAgain') };
}

export function rescuedNotice(project: string, rescued: string): Events['notice'] {
  return { level: 'error', title: words('project.wasRescued', { project, rescued }), message: words('project.rescuedWhole') };
}

export function notRescuedNotice(project: string, reason: Words): Events['notice'] {
  return { level: 'error', title: words('project.isNotSaved', { project }), message: words('project.notRescued', { reason }) };
}

export function lostWorkNotice(project: string, lost: LostWork): Events['notice'] {
  const message = words('project.workLostAdvice', { what: whatIsLost(lost) });
  return { level: 'error', title: words('project.workLost', { project }), message };
}

function whatIsLost(lost: LostWork): Words {
  switch (lost.kind) {
    case 'log-missing':
      return words('project.logMissing');
    case 'log-damaged':
      return words('project.logDamaged', { transactions: lost.transactions });
    case 'steps-missing':
      return words('project.stepsMissing', { steps: lost.steps });
  }
}
