import type { Page } from '@playwright/test';
import { DARKEST_LUMA, LUMA_STEP, SHADES } from './numbered-project.ts';

/** How long the picture of another frame may stay where a number has changed: the blink in which the right one usually comes. */
const BLINK_MS = 300;

/** Reads the frame number that a picture shows by its shade, modulo the number of shades. The video is of limited range. */
const script = `
globalThis.watchPictures = () => {
  const wrong = [];
  let frameSince = { frame: '', atMs: performance.now() };
  const shadeOf = (picture) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0, 1, 1);
    const luma = 16 + (context.getImageData(0, 0, 1, 1).data[0] * 219) / 255;
    return Math.round((luma - ${DARKEST_LUMA}) / ${LUMA_STEP});
  };
  const isSeen = (picture) => picture !== null && getComputedStyle(picture).visibility === 'visible';
  const check = (where, picture, frame) => {
    const shade = shadeOf(picture);
    if (shade !== frame % ${SHADES}) wrong.push(where + ': the picture of frame ' + shade + ' (mod ${SHADES}) stands under the number ' + frame);
  };
  const look = () => {
    for (const button of document.querySelectorAll('[aria-label="Cut check"] button:has(img)')) {
      const img = button.querySelector('img');
      const frame = Number(/(\\d+)\\s*$/.exec(button.textContent)[1]);
      if (isSeen(img) && img.complete && img.naturalWidth > 0) check('cut check', img, frame);
    }
    const frame = document.querySelector('[data-testid=frame-number]').textContent;
    if (frame !== frameSince.frame) frameSince = { frame, atMs: performance.now() };
    if (performance.now() - frameSince.atMs < ${BLINK_MS}) return;
    const still = document.querySelector('[data-testid=exact-still]');
    const video = document.querySelector('video');
    if (isSeen(still) && still.naturalWidth > 0) check('player', still, Number(frame));
    else if (isSeen(video) && video.readyState >= 2) check('player', video, Number(frame));
  };
  const timer = setInterval(look, 25);
  globalThis.stopWatching = () => {
    clearInterval(timer);
    return [...new Set(wrong)];
  };
};
globalThis.watchPictures();
`;

/** Looks at every picture and number of the editor, many times a second, until the returned function is called: it returns what disagreed. */
export async function watchPictures(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(script);
  return () => page.evaluate<string[]>('stopWatching()');
}
