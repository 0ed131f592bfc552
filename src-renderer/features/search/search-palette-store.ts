import { createSpotlight } from '@mantine/spotlight';

/** Opens and closes the search over all texts; a second palette beside the one for commands. */
export const [searchPaletteStore, searchPalette] = createSpotlight();
