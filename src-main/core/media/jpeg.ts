/** Encoder options for JPEG pictures of good quality. */
export const JPEG_ENCODER = ['-c:v', 'mjpeg', '-q:v', '3'] as const;

/** JFIF knows one kind of YUV, BT.601 in full range; without this, colours of HD videos come out shifted. */
const JFIF_COLOURS = 'out_color_matrix=bt601:out_range=pc';

/** Filter: square pixels, at most `maxWidth` wide, aspect as on screen, never enlarged. */
export function jpegFitFilter(maxWidth: number): string {
  return `scale=w='max(1\\,min(${maxWidth}\\,round(ih*dar)))':h='max(1\\,min(ih\\,round(ow/dar)))':${JFIF_COLOURS},setsar=1,format=yuvj420p`;
}

/** Filter: exactly this size. */
export function jpegSizeFilter(width: number, height: number): string {
  return `scale=${width}:${height}:flags=bilinear:${JFIF_COLOURS},setsar=1,format=yuvj420p`;
}
