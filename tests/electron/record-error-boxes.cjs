// @ts-check
/** Loaded into Electron before the studio: a real error box would wait for a person. Its words go to a file, each ended by a NUL. */
const { appendFileSync } = require('node:fs');
const { dialog } = require('electron');

dialog.showErrorBox = (title, content) => {
  appendFileSync(process.env.SHOTLUCK_TEST_ERROR_BOXES ?? '', `${title}: ${content}\0`);
};
