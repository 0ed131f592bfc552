import { existsSync } from 'node:fs';
import { app } from 'electron';

/** What graphics cards are reached by on Linux: the kernel's own drivers, NVIDIA's, and WSL's. */
const GPU_DEVICES = ['/dev/dri', '/dev/nvidia0', '/dev/dxg'];

/** To be called before the app is ready. */
export function steadyGraphics(): void {
  // Else Chromium ends the studio without a word after a few ends of its graphics process, although a new one follows each.
  app.commandLine.appendSwitch('disable-gpu-process-crash-limit');
  // Without a graphics card Chromium starts that process all the same, which ends at once; on a busy machine the window then sometimes waits
  // for it for ever, before it has drawn anything.
  if (process.platform === 'linux' && !GPU_DEVICES.some((device) => existsSync(device))) app.commandLine.appendSwitch('disable-gpu');
}
