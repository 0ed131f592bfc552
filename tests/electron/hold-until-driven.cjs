// @ts-check
/**
 * Loaded into Electron before the studio: holds the window back until Playwright has attached itself. Playwright does so by itself only
 * with the Electron that it finds in node_modules; given another one, it attaches while the first page starts, and now and then both
 * wait for each other for ever. It calls this function in either case (playwright-core 1.65, server/electron/electron.ts).
 */
const { app } = require('electron');

/** @type {PromiseWithResolvers<void>} */
const attached = Promise.withResolvers();
const ready = app.whenReady();
app.whenReady = () => attached.promise.then(() => ready);
Reflect.set(globalThis, '__playwright_run', attached.resolve);
