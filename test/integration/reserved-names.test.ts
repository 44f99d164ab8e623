// Events by the names that Socket.IO keeps for itself: they end the connection of whoever says them.
import { expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { frameOf, openRawSocketIo } from '../support/raw-websocket.js';

it.each(['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'])(
  '[R19] %s ends the connection, and no other',
  async (name) => {
    const { port } = await startParley();
    const ann = await openRawSocketIo(port);
    const bob = await openRawSocketIo(port);
    bob.write(frameOf(`42["${name}"]`));
    await bob.closed;
    ann.write(frameOf('420["check"]'));
    expect(await ann.hears(/^430/)).toBe('430[]');
  },
);
