import { expect, it } from 'vitest';
import { monthsSince, parseMissingLibraries } from '../../../src-main/setup/electron-runtime.mjs';
import { registryElectronSupportEnd, registryElectronVersion } from '../../../src-main/setup/registry-electron.mjs';
import { unsupportedElectronNote } from '../../../src-main/hosts/electron/electron-age.ts';

it('the age of the stand-in Electron is stated in whole months', () => {
  expect(monthsSince('29 April 2025', Date.parse('2025-05-10'))).toBe(0);
  expect(monthsSince('29 April 2025', Date.parse('2026-04-30'))).toBe(12);
  expect(monthsSince('29 April 2025', Date.parse('2020-01-01'))).toBe(0);
});

it('set-up and about box state the same day', () => {
  expect(unsupportedElectronNote(registryElectronVersion)).toContain(registryElectronSupportEnd);
});

it('libraries that the loader does not find are read from its list', () => {
  expect(parseMissingLibraries('\tlibnss3.so => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n')).toEqual(['libnss3.so']);
});
