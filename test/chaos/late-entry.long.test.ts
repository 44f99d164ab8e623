// A request to enter that was given up on a silent path arrives long after later ones: it is too late. [R21]
import { expect, it } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.js';
import { startServerProcess } from '../support/server-process.js';
import {
  askAsStranger,
  closeSocketsAfterTest,
  connectSocket,
  createSeatClient,
} from '../support/seat-client.js';

it.each([1, 2, 3])(
  '[R21] a late request takes no seat from its own client after %i later ones',
  async (later) => {
    const server = await startServerProcess();
    closeSocketsAfterTest();
    const way = await startFaultProxy(server.port);
    const ann = createSeatClient('room-42');
    await ann.enter(server.url);
    const given = await connectSocket(way.url);
    way.newest().silence('to server');
    ann.askOn(given);
    given.disconnect();
    for (let turn = 0; turn < later; turn++) expect((await ann.enter(server.url)).status).toBe('resumed');
    // The late request and its connection's end arrive; the proxy has closed the path when both were read.
    way.newest().heal();
    await expect.poll(() => way.paths()).toEqual([]);
    expect(ann.heard.filter((event) => event === 'taken-over').length).toBe(later);
    expect((await ann.enter(server.url)).peer).toBeNull();
    const bob = createSeatClient('room-42');
    expect((await bob.enter(server.url)).status).toBe('joined');
    expect(await askAsStranger(server.url, 'room-42')).toBe('full');
  },
);
