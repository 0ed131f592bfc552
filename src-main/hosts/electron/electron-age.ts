/** Electron mends the three newest major versions, about eight months each. Of those that the studio may run on: when that ended. */
const SUPPORT_ENDED: Readonly<Record<number, string>> = { 33: '29 April 2025' };

export function isUnsupportedElectron(version: string): boolean {
  return majorOf(version) in SUPPORT_ENDED;
}

/** What it means, for people. */
export function unsupportedElectronNote(version: string): string {
  return (
    `Electron ${majorOf(version)}, and the Chromium in it, have had no security updates since ${SUPPORT_ENDED[majorOf(version)]}. ` +
    'Use it to try the studio, but not with videos from people you do not trust.'
  );
}

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}
