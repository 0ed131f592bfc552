import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { devServerFrom } from '../../../src-main/hosts/electron/dev-server.ts';
import { isUnsupportedElectron, unsupportedElectronNote } from '../../../src-main/hosts/electron/electron-age.ts';
import { isKnownLink, watchGestures } from '../../../src-main/hosts/electron/links.ts';
import { projectAmong } from '../../../src-main/hosts/electron/project-argument.ts';

const root = path.resolve(import.meta.dirname, '../../..');

describe('links that lead out of the studio', () => {
  it('reach every source and licence that the catalogue of models names', () => {
    const named = readFileSync(path.join(root, 'models', 'manifest.json'), 'utf8').match(/https?:\/\/[^"\s)]+/g) ?? [];
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((url) => !isKnownLink(url))).toEqual([]);
  });

  it('reach what the card of the sample video names', () => {
    const named = readFileSync(path.join(root, 'resources', 'sample', 'CARD.md'), 'utf8').match(/https?:\/\/[^\s)>]+/g) ?? [];
    expect(named.filter((url) => !isKnownLink(url))).toEqual([]);
  });

  it.each([
    'http://huggingface.co/model',
    'https://huggingface.co:8443/model',
    'https://name@huggingface.co/model',
    'https://huggingface.co.example.org/model',
    'https://example.org/huggingface.co',
    'file:///home/ann/notes.txt',
    'about:blank',
    'no address',
  ])('do not go to %s', (url) => {
    expect(isKnownLink(url)).toBe(false);
  });

  it('follow a press of a button or key soon after it, once for each', () => {
    const contents = new EventEmitter();
    let nowMs = 50_000;
    const gestures = watchGestures(contents as WebContents, () => nowMs);
    expect(gestures.take()).toBe(false);
    contents.emit('input-event', {}, { type: 'mouseMove' });
    expect(gestures.take()).toBe(false);
    contents.emit('input-event', {}, { type: 'mouseUp' });
    expect([gestures.take(), gestures.take()]).toEqual([true, false]);
    contents.emit('input-event', {}, { type: 'rawKeyDown' });
    nowMs += 5_000;
    expect(gestures.take()).toBe(false);
  });
});

describe('the page under development', () => {
  const surroundings = { ELECTRON_RENDERER_URL: 'http://localhost:5173' };

  it('is shown by the studio that runs from its sources', () => {
    expect(devServerFrom(surroundings, false)).toBe('http://localhost:5173');
  });

  it('is never shown by an installed studio', () => {
    expect(devServerFrom(surroundings, true)).toBeUndefined();
  });

  it.each(['https://localhost:5173', 'http://example.org', 'http://localhost.example.org', 'file:///tmp/page.html', 'nonsense'])(
    'is not %s',
    (url) => {
      expect(devServerFrom({ ELECTRON_RENDERER_URL: url }, false)).toBeUndefined();
    },
  );
});

describe('a project on the command line', () => {
  it('is found among switches, as its folder or the database inside', () => {
    expect(projectAmong(['--sample', 'Holiday.shotluck'], '/home/ann')).toBe(path.resolve('/home/ann/Holiday.shotluck'));
    expect(projectAmong(['/videos/My trip.shotluck/project.db'], '/')).toBe(path.resolve('/videos/My trip.shotluck'));
  });

  it('is not any other file, and no switch that looks like one', () => {
    expect(projectAmong(['/videos/walk.mp4', '/data/project.db', '--folder=/x.shotluck'], '/')).toBeUndefined();
  });
});

describe('the age of Electron', () => {
  it('is shown where it has no security updates any more, with what that means', () => {
    expect(isUnsupportedElectron('33.2.1')).toBe(true);
    expect(unsupportedElectronNote('33.2.1')).toMatch(
      /no security updates since 29 April 2025.*not with videos from people you do not trust/,
    );
  });

  it('is no matter where the studio’s own version runs', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(isUnsupportedElectron(version)).toBe(false);
  });
});
