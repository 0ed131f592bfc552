import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { sendStream } from '../../../src-main/hosts/serve/responses.ts';

it('what is sent to a client that has gone meanwhile is closed', async () => {
  const stream = new PassThrough();
  const { promise: refused, resolve } = Promise.withResolvers<unknown>();
  const server = createServer((_request, response) => {
    response.once('close', () => void sendStream(stream, response).catch(resolve));
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nHost: studio\r\n\r\n', () => client.resetAndDestroy());
  expect(await refused).toBeInstanceOf(Error);
  expect(stream.destroyed).toBe(true);
});
