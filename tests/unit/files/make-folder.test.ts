import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder } from '#core/base/files/make-folder.ts';

function place(): { project: string; outside: string } {
  const top = mkdtempSync(path.join(tmpdir(), 'shotluck-test-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const [project, outside] = [path.join(top, 'Gift.shotluck'), path.join(top, 'outside')];
  for (const folder of [project, outside]) mkdirSync(folder);
  return { project, outside };
}

describe('a folder within a project', () => {
  it('is made with all that is missing above it', () => {
    const { project } = place();
    makeFolder(path.join(project, 'cache', 'a', 'sprites'));
    expect(readdirSync(path.join(project, 'cache', 'a'))).toEqual(['sprites']);
  });

  it('is not made behind a link that leads out of the project, nor behind one that leads nowhere', () => {
    const { project, outside } = place();
    mkdirSync(path.join(project, 'cache'));
    symlinkSync(outside, path.join(project, 'cache', 'a'));
    symlinkSync(path.join(outside, 'new'), path.join(project, 'cache', 'b'));
    for (const name of ['a', 'b'])
      expect(() => makeFolder(path.join(project, 'cache', name, 'sprites'))).toThrow(
        expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(new RegExp(`“${name}”.*link that leads out`)) }),
      );
    expect(readdirSync(outside)).toEqual([]);
  });

  it('is made in a project that itself is reached by a link', () => {
    const { project, outside } = place();
    const link = path.join(outside, 'Other.shotluck');
    symlinkSync(project, link);
    makeFolder(path.join(link, 'cache'));
    expect(readdirSync(project)).toEqual(['cache']);
  });
});
