import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { repoRoot } from '../../../src-main/setup/paths.mjs';
import { parseNeeds } from '../../../src-main/setup/surroundings.mjs';

const Package = z.object({ scripts: z.record(z.string(), z.string()) });
const { scripts } = Package.parse(JSON.parse(readFileSync(path.join(repoRoot, 'package.json'), 'utf8')));
const prepared = Object.entries(scripts).filter(([, command]) => command.includes('tests/'));

describe('commands of package.json on a machine where nothing is installed', () => {
  it.each(prepared)('%s makes ready what it needs', (_name, command) => {
    const [, needs = '', file = ''] = /^node src-main\/setup\/script\.mjs (\S+) (\S+)$/.exec(command) ?? [];
    expect(parseNeeds(needs)).not.toEqual([]);
    expect(existsSync(path.join(repoRoot, file))).toBe(true);
  });

  it('are shown which needs there are', () => {
    expect(() => parseNeeds('ffmpeg,gpu')).toThrow('There is no "gpu" to make ready. Choose from: build, ffmpeg');
  });
});
