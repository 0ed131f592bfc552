/** Sheets of thumbnails, loaded when first drawn; only the most recently drawn are kept. */
export interface SpriteSheets {
  /** The sheet's picture; null while it loads, then `onLoaded` is called. */
  get(sheet: number): ImageBitmap | HTMLImageElement | null;
  dispose(): void;
}

/** A sheet is a few megabytes once decoded: 48 of them cover any screen and stay well below 500 MB. */
const MAX_SHEETS = 48;

export function createSpriteSheets(urlOf: (sheet: number) => string, onLoaded: () => void): SpriteSheets {
  const sheets = new Map<number, HTMLImageElement>();
  const ready = new Set<number>();
  let isDisposed = false;

  function load(sheet: number): void {
    const picture = new Image();
    sheets.set(sheet, picture);
    picture.addEventListener('load', () => {
      if (isDisposed) return;
      ready.add(sheet);
      onLoaded();
    });
    picture.addEventListener('error', () => sheets.delete(sheet), { once: true });
    picture.src = urlOf(sheet);
  }

  function forgetOldest(): void {
    const [oldest] = sheets.keys();
    if (sheets.size <= MAX_SHEETS || oldest === undefined) return;
    sheets.delete(oldest);
    ready.delete(oldest);
  }

  return {
    get(sheet) {
      const picture = sheets.get(sheet);
      if (picture === undefined) {
        load(sheet);
        forgetOldest();
        return null;
      }
      // A Map keeps the order of insertion: the one drawn now becomes the newest.
      sheets.delete(sheet);
      sheets.set(sheet, picture);
      return ready.has(sheet) ? picture : null;
    },
    dispose() {
      isDisposed = true;
      sheets.clear();
    },
  };
}
