#!/usr/bin/env bash
# Playwright holds an Electron app back until it is attached, but only the Electron that it finds by itself.
#
# playwright-core 1.65.1 from npm. `_electron.launch()` loads a helper into Electron (`-r …/electron/loader.js`) that delays `ready` until
# the driver is attached and calls it. Given an `executablePath`, as every test of a packaged app does, it leaves the helper out and still
# calls it. The app then opens its window while the driver attaches, and now and then (1 in 12 launches of one app) both wait until the
# timeout. A file loaded with `-r` that makes `app.whenReady` wait for `globalThis.__playwright_run` mends it: 40 of 40.
# Here a program that writes its arguments down stands in for Electron, so none is needed; launching it fails either way.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts playwright-core@1.65.1 >/dev/null
cat > stand-in <<'SH'
#!/bin/sh
printf '%s\n' "$@" > "$(dirname "$0")/arguments"
exec sleep 30
SH
chmod +x stand-in
# Found by itself: what the package `electron` gives is the path of the program.
mkdir -p node_modules/electron
echo '{ "name": "electron", "version": "0.0.0", "main": "index.js" }' > node_modules/electron/package.json
echo "module.exports = require('path').resolve(__dirname, '../../stand-in');" > node_modules/electron/index.js
cat > launch.cjs <<'JS'
const { readFileSync } = require('node:fs');
const { _electron } = require('playwright-core');
// A launch that is given up leaves rejections behind that nobody waits for.
process.on('unhandledRejection', () => undefined);
(async () => {
  for (const [name, options] of Object.entries({ 'found by itself': {}, executablePath: { executablePath: `${__dirname}/stand-in` } })) {
    // The stand-in says nothing, so the launch is given up.
    await _electron.launch({ ...options, args: ['app'], timeout: 3000 }).catch(() => undefined);
    console.log(`${name}: ${readFileSync(`${__dirname}/arguments`, 'utf8').includes('loader.js') ? 'held back' : 'not held back'}`);
  }
})();
JS
node launch.cjs | tee seen
printf '%s\n' 'found by itself: held back' 'executablePath: not held back' | diff - seen && echo 'as described'
