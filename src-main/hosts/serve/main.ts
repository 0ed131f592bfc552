import { parseArgs } from 'node:util';
import { findProductPaths } from '../common/product-paths.ts';
import { startServe } from './start-serve.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    sample: { type: 'boolean', default: false },
  },
});

const running = await startServe({
  host: values.host,
  port: Number(values.port),
  open: { kind: values.sample ? 'sample' : 'last' },
  surroundings: process.env,
  product: findProductPaths(import.meta.dirname),
});
process.stdout.write(`Shotluck Studio is ready. Open this address in a browser:\n\n  ${running.url}\n\nCtrl+C stops it; everything is saved.\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void running.close().then(() => process.exit(0));
  });
}
