/**
 * What a child process needs of the surroundings to find its programs, libraries, fonts and graphics driver, and to write in the user's
 * language. Everything else stays here: tokens and keys of the studio and of other programs are nobody else's business.
 */
const NAMES = new Set(
  [
    'PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TMP TEMP',
    'LD_LIBRARY_PATH DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH',
    'DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR XDG_CACHE_HOME XDG_DATA_HOME XDG_DATA_DIRS XDG_CONFIG_HOME',
    'SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE',
  ].flatMap((line) => line.split(' ')),
);
/** Locale, graphics drivers, Vulkan loader, CUDA and OpenMP. */
const PREFIXES = ['LC_', 'VK_', 'MESA_', 'LIBGL_', '__GL', '__NV', '__EGL', 'CUDA_', 'NVIDIA_', 'OMP_'];

/** @param extra what the child gets beside what it needs */
export function childEnvironment(
  extra: Readonly<Record<string, string>> = {},
  surroundings: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const needed = Object.entries(surroundings).filter(([name]) => isNeeded(name.toUpperCase()));
  return { ...Object.fromEntries(needed), ...extra };
}

function isNeeded(name: string): boolean {
  return NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}
