// What is sent on one WebSocket in one turn of the event loop leaves in one write.
import { expect, it } from 'vitest';
import { batchWrites } from '../../server/transport/batch-writes.js';
import { connectTwo } from '../support/two-sockets.js';

it('texts of one turn arrive together and in order, those of the next turn after them', async () => {
  const [near, far] = await connectTwo();
  const writes: string[] = [];
  const { _writev: writev, _write: write } = near;
  near._writev = (chunks, done) => {
    writes.push(chunks.map(({ chunk }) => String(chunk)).join(''));
    writev?.call(near, chunks, done);
  };
  near._write = (chunk, encoding, done) => {
    writes.push(String(chunk));
    write.call(near, chunk, encoding, done);
  };
  const webSocket = { _socket: near };
  for (const text of ['one ', 'two ', 'three ']) {
    batchWrites(webSocket);
    near.write(text);
  }
  expect(writes).toEqual([]);
  await new Promise(setImmediate);
  batchWrites(webSocket);
  near.end('four');
  const received: string[] = [];
  for await (const chunk of far) received.push(String(chunk));
  expect(received.join('')).toBe('one two three four');
  expect(writes).toEqual(['one two three ', 'four']);
});

it('a WebSocket whose stream is gone already is let be', () => {
  expect(() => {
    batchWrites({ _socket: null });
    batchWrites({});
  }).not.toThrow();
});
