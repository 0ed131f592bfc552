/** Why a text may no longer describe what it stands for. Syntax: `english.ts`. */
export const stale = {
  startAndEndMoved: 'The shot’s start and end moved',
  startMoved: 'The shot’s start moved',
  endMoved: 'The shot’s end moved',
  mergedShot: 'It was written for a shot that is now part of this one',
  cutDifferently: 'The shots were cut differently',
} as const;
