import { temporaryName } from '#core/base/files/leftovers.ts';

/** `<process>-<run>` as another process of this machine has it in the names of what it writes. */
export function writerOf(pid: number): string {
  const [, machine = '', own = ''] = /\.\d+-([0-9a-f]{4})([0-9a-f]{4})-[0-9a-f]{8}\.part$/u.exec(temporaryName('x')) ?? [];
  return `${pid}-${machine}${own === '0000' ? '1111' : '0000'}`;
}
