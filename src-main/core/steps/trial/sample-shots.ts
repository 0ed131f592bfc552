import type { SummaryShot } from '#core/engines/summariser.ts';

/** Shots of the sample video (resources/sample/boundaries.json) with their speech and a caption each, for text models to be tried on. */
const SHOTS = [
  {
    startUs: 3_200_000,
    endUs: 8_800_000,
    caption: 'A narrow path climbs toward rocky mountains under a blue sky.',
    speech: 'In the morning, a path climbs toward rocky mountains with patches of snow.',
  },
  {
    startUs: 13_200_000,
    endUs: 17_360_000,
    caption: 'Horses with their foals lie and graze on a hillside.',
    speech: 'A herd of horses rests on a green hill.',
  },
  {
    startUs: 25_280_000,
    endUs: 29_440_000,
    caption: 'A kitten lies on the floor and reaches for a ball of yarn.',
    speech: 'Inside, a kitten plays with a ball of yarn.',
  },
  {
    startUs: 34_160_000,
    endUs: 38_880_000,
    caption: 'Men in dark suits and wide hats play guitars and violins.',
    speech: 'A mariachi band is playing, and the guitarist smiles.',
  },
  {
    startUs: 38_880_000,
    endUs: 43_360_000,
    caption: 'The sun sets behind a row of dark hills.',
    speech: 'Then the sun goes down behind the hills.',
  },
] as const;

export const SAMPLE_SHOTS: readonly SummaryShot[] = SHOTS.map((shot, index) => ({
  ...shot,
  shotId: `sample-${index + 1}`,
  startFrame: 0,
  endFrame: 0,
  frames: [],
}));
