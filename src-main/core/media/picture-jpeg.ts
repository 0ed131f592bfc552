import type { Picture } from './pictures.ts';

/** Good enough for a model to read small print, at about a tenth of the raw size. */
const QUALITY = 88;

/** A picture as JPEG, for servers. Encoded in libvips' own threads; the library is loaded when first needed. */
export async function encodeJpeg({ data, width, height }: Picture): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}
