import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { backgroundDetail } from '#core/project/screen-text/background-detail.ts';
import { MAX_CARD_DETAIL } from '#shared/domain/screen-text.ts';

/**
 * `node tests/bench/plain-grounds.ts --photos FOLDER [--limit 500]`: how far photographs are from the plain ground of a title card; prints
 * quantiles of `backgroundDetail` and how many would pass for a card if text stood on them.
 */
const { values } = parseArgs({
  options: { photos: { type: 'string' }, limit: { type: 'string', default: '500' }, ffmpeg: { type: 'string', default: 'ffmpeg' } },
});
if (values.photos === undefined) throw new Error('Name a folder of photographs with --photos');
const folder = values.photos;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.jpg'))
  .toSorted()
  .slice(0, Number(values.limit));
const size = { width: 480, height: 360 };
const details = files.map((file) => {
  const args = [
    '-v',
    'error',
    '-i',
    path.join(folder, file),
    '-vf',
    `scale=${size.width}:${size.height}`,
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    '-',
  ];
  return backgroundDetail(
    { frame: 0, ...size, data: execFileSync(values.ffmpeg, args, { maxBuffer: size.width * size.height * 3 + 1 }) },
    [],
  );
});
details.sort((a, b) => a - b);
const quantile = (share: number): string => (details[Math.floor(share * (details.length - 1))] ?? Number.NaN).toFixed(3);
const passing = details.filter((detail) => detail <= MAX_CARD_DETAIL).length;
process.stdout.write(
  `${details.length} photographs: least ${quantile(0)}, 1 % below ${quantile(0.01)}, half below ${quantile(0.5)}; ${passing} at or below ${MAX_CARD_DETAIL}\n`,
);
