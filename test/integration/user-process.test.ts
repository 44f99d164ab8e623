// The calls of the built server as a process: the address it prints, and ports that are taken.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startMain } from '../support/parley-process.js';
import { connectUser } from '../support/user-client.js';

async function takePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('[U19] the start prints where the calls are, and SIGTERM ends with a caller connected', async () => {
  const running = startMain(['--port', '0', '--host', '127.0.0.1']);
  const [, url = ''] = await running.prints(/Calls at (ws:\/\/127\.0\.0\.1:\d+)/);
  const ann = await connectUser(url);
  const closed = once(ann.socket, 'close');
  running.child.kill('SIGTERM');
  const [code, reason] = (await closed) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1001, 'The server is going away.']);
  expect(await running.exits()).toBe(0);
});

test('a taken CALLS_PORT is one line that names it, and the process ends', async () => {
  const port = await takePort();
  const running = startMain(['--port', '0', '--calls-port', String(port)]);
  expect(await running.exits()).toBe(1);
  expect(running.output()).toMatch(new RegExp(`^parley: .*\\b${port}\\b.*\\bCALLS_PORT\\b.*\\n$`));
});

test('a taken PORT ends the process although CALLS_PORT was open already', async () => {
  const port = await takePort();
  const running = startMain(['--port', String(port), '--calls-port', '0']);
  expect(await running.exits()).toBe(1);
  expect(running.output()).toMatch(new RegExp(`^parley: .*\\b${port}\\b.*\\bPORT\\b.*\\n$`));
});
