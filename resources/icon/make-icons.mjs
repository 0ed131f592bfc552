// @ts-check
/** Draws the icon of the studio in the sizes that desktops ask for. Usage: node resources/icon/make-icons.mjs */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const folder = import.meta.dirname;
const drawing = readFileSync(path.join(folder, '../../src-renderer/icon.svg'));

for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
  // The drawing is 32 points wide; drawn at its final size, no edge is blurred by scaling.
  await sharp(drawing, { density: (72 * size) / 32 })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toFile(path.join(folder, `${size}x${size}.png`));
}
