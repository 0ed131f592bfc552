/** What a part of a prompt takes of the room that a model has. */
export interface Load {
  readonly tokens: number;
  readonly pictures: number;
}

/** Items `[start, end)`. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Enough halvings to distinguish any two fill levels of a window that matter. */
const BALANCING_STEPS = 20;

/**
 * Cuts a sequence into the fewest windows of neighbours that each keep within `room`, filled as evenly as that allows, so that no
 * window is left with a rest. An item that is larger than the room gets a window of its own. No items, no windows.
 */
export function planWindows(loads: readonly Load[], room: Load): Window[] {
  let best = fill(loads, room);
  let low = 0;
  let high = 1;
  for (let step = 0; step < BALANCING_STEPS; step++) {
    const share = (low + high) / 2;
    const tighter = fill(loads, { tokens: room.tokens * share, pictures: room.pictures * share });
    if (tighter.length <= best.length) {
      best = tighter;
      high = share;
    } else low = share;
  }
  return best;
}

/** Takes as many items as fit, window after window. */
function fill(loads: readonly Load[], room: Load): Window[] {
  const windows: Window[] = [];
  let start = 0;
  let used: Load = { tokens: 0, pictures: 0 };
  for (const [index, load] of loads.entries()) {
    const more = { tokens: used.tokens + load.tokens, pictures: used.pictures + load.pictures };
    const fits = more.tokens <= room.tokens && more.pictures <= room.pictures;
    if (!fits && index > start) {
      windows.push({ start, end: index });
      start = index;
      used = load;
    } else used = more;
  }
  if (loads.length > 0) windows.push({ start, end: loads.length });
  return windows;
}

/** Latin text has about four letters to a token; reckoned tighter, for rare words and names have fewer. */
export const LETTERS_PER_TOKEN = 3;

/** How many tokens a text takes, rather too many than too few: every model cuts words in its own way. */
export function estimateTokens(text: string): number {
  let narrow = 0;
  let wide = 0;
  for (const character of text) {
    if ((character.codePointAt(0) ?? 0) < 0x250) narrow++;
    else wide++;
  }
  return Math.ceil(narrow / LETTERS_PER_TOKEN) + wide;
}

/** `count` frames of `[startFrame, endFrame)`: the middles of equal parts. Fewer where there are fewer frames. */
export function evenFrames(startFrame: number, endFrame: number, count: number): number[] {
  const length = endFrame - startFrame;
  const parts = Math.min(count, length);
  return Array.from({ length: parts }, (_, part) => startFrame + Math.floor(((part + 0.5) * length) / parts));
}
