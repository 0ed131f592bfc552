import { z } from 'zod';
import { plain, Words, words } from '../words/words.ts';

/** What was left out, failed or was done otherwise while a job went on. Records of earlier versions have an English text as the reason. */
export const JobProblem = z.object({ where: z.string(), reason: z.union([Words, z.string().transform(plain)]) });
type JobProblem = z.output<typeof JobProblem>;

/** As clients list it. */
export function problemWords({ where, reason }: JobProblem): Words {
  return words('steps.placed', { place: where, reason });
}
