import { Command, InvalidArgumentError, Option } from 'commander';
import { SplitShares } from '#shared/contract/views.ts';
import { integerIn } from '../numbers.ts';
import { CLI_ACTOR, PROJECT_OPTION, withProject } from '../project-session.ts';

interface DivideOptions {
  readonly project: string;
  readonly shares: SplitShares;
  readonly seed: number;
  readonly keep: boolean;
}

export function divideCommand(): Command {
  return new Command('divide')
    .description(
      'Divide the videos of a project into train, val and test. Parts of one recording stay together. Undo in the studio takes it back.',
    )
    .requiredOption(...PROJECT_OPTION)
    .addOption(
      new Option('--shares <train/val/test>', 'in percent').argParser(parseShares).default({ train: 80, val: 10, test: 10 }, '80/10/10'),
    )
    .option('--seed <number>', 'the same one gives the same splits', integerIn({ min: 0, max: 2 ** 31 - 1 }), 0)
    .option('--keep', 'leave videos that have a split already where they are', false)
    .action(run);
}

function parseShares(text: string): SplitShares {
  const [train, val, test] = /^\d{1,3}\/\d{1,3}\/\d{1,3}$/u.test(text) ? text.split('/').map(Number) : [];
  const parsed = SplitShares.safeParse({ train, val, test });
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Give three percentages that are 100 together, e.g. 80/10/10.');
}

async function run({ project, shares, seed, keep }: DivideOptions): Promise<void> {
  await withProject({ folder: project, whenAbsent: 'refuse' }, async (core) => {
    console.log(JSON.stringify(core.services.videos.divide({ shares, seed, keepsAssigned: keep }, CLI_ACTOR)));
  });
}
