import { AppError } from '#shared/contract/errors.ts';
import type { BridgeAnswer, DesktopBridge, HostApi } from '#shared/contract/host-api.ts';

/** The desktop as preload offers it; refusals become errors with their codes again. */
export function createDesktopHost(bridge: DesktopBridge): HostApi {
  const { platform, openWire, mediaUrl, onCommand } = bridge;
  return {
    canOpenLocalFiles: true,
    platform,
    openWire,
    mediaUrl,
    onCommand,
    pick: async (purpose) => valueOf(await bridge.pick(purpose)),
    grantFiles: async (files) => valueOf(await bridge.grantFiles(files)),
    revealExport: async (url) => {
      valueOf(await bridge.revealExport(url));
    },
  };
}

function valueOf<T>(answer: BridgeAnswer<T>): T {
  if (answer.ok) return answer.value;
  throw AppError.received(answer);
}
