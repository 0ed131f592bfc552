import { expect, it } from 'vitest';
import { chooseNames, parseAptPolicy } from '../../../src-main/setup/debian.mjs';
import { parseMissingLibraries } from '../../../src-main/setup/electron-runtime.mjs';

const policy = `libasound2:
  Installed: 1.2.8-1+b1
  Candidate: 1.2.8-1+b1
  Version table:
 *** 1.2.8-1+b1 500
        500 http://mirror.example/debian bookworm/main amd64 Packages
        100 /var/lib/dpkg/status
libdrm2:
  Installed: (none)
  Candidate: 2.4.114-1+b1
  Version table:
     2.4.114-1+b1 500
        500 http://mirror.example/debian bookworm/main amd64 Packages
mail-transport-agent:
  Installed: (none)
  Candidate: (none)
  Version table:
`;

it('distinguishes packages that can be installed from names that only stand for others', () => {
  expect([...parseAptPolicy(policy)]).toEqual(['libasound2', 'libdrm2']);
});

it('chooses the name that this release of Debian uses', () => {
  const installable = parseAptPolicy(policy);
  expect(chooseNames([['libasound2t64', 'libasound2'], ['libdrm2']], installable)).toEqual(['libasound2', 'libdrm2']);
  expect(chooseNames([['libasound2t64', 'libasound2']], new Set(['libasound2', 'libasound2t64']))).toEqual(['libasound2t64']);
});

it('chooses nothing when a need cannot be met', () => {
  expect(chooseNames([['libdrm2'], ['mail-transport-agent']], parseAptPolicy(policy))).toBeUndefined();
});

it('reads from ldd which libraries are missing', () => {
  const listing = [
    '\tlinux-vdso.so.1 (0x00007ffe3d5f2000)',
    '\tlibffmpeg.so => /opt/electron/libffmpeg.so (0x00007f1c2a000000)',
    '\tlibnss3.so => not found',
    '\tlibatk-1.0.so.0 => not found',
  ].join('\n');
  expect(parseMissingLibraries(listing)).toEqual(['libnss3.so', 'libatk-1.0.so.0']);
});
