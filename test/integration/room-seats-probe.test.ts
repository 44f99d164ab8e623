// Before anybody hears "full", those inside are asked whether they are alive. [R25]
import { expect, it } from 'vitest';
import { startParley } from '../support/parley.js';
import { openRawPolling } from '../support/raw-polling.js';
import { frameOf, opcodes, openRawSocketIo, type RawWebSocket } from '../support/raw-websocket.js';
import { connectClient, type RoomClient } from '../support/room-client.js';
import { enter, kept, takeSeat } from '../support/seated-client.js';

const channel = 'room-42';

/** No heartbeat, so that every ping on the wire is a probe and nobody is cut for another reason. */
const heartbeatMs = 0;

/** Sits without a secret and answers nothing, as a connection whose network is gone. */
async function sitSilent(
  port: number,
  options = '',
  where = channel,
): Promise<RawWebSocket & { id: string }> {
  const raw = await openRawSocketIo(port);
  raw.write(frameOf(`42["create or join","${where}"${options}]`));
  await raw.hears(/"(?:created|joined)"/);
  return raw;
}

function pingsTo({ frames }: RawWebSocket): number {
  return frames.filter(({ opcode }) => opcode === opcodes.ping).length;
}

/** Within the first second a silent one still counts as alive: then a newcomer asks again. [R5] */
async function askUntilProbed(newcomers: RoomClient[], silent: RawWebSocket, where = channel) {
  for (;;) {
    const answers = await Promise.all(newcomers.map((newcomer) => enter(newcomer, where)));
    if (pingsTo(silent) > 0) return answers.map(({ status }) => status);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['full']));
  }
}

it('[R25] the seat of a dead joiner without a secret is free after two pings, and the initiator hears it', async () => {
  const { url, port } = await startParley({ heartbeatMs });
  const ann = await connectClient(url);
  await enter(ann, channel);
  const bob = await sitSilent(port);
  const cy = await connectClient(url);
  const statuses = await askUntilProbed([cy], bob);
  expect(statuses).toEqual(['joined']);
  await bob.closed;
  expect(pingsTo(bob)).toBe(2);
  await ann.hears('ready', 2);
  const arrival = ['remotePeerJoining', 'join', 'broadcast: joined', 'ready'];
  expect(ann.names()).toEqual(['created', ...arrival, 'peer gone', 'bye', ...arrival]);
});

it('[R25] of two who are dead both are gone: the newcomer is the first', async () => {
  const { url, port } = await startParley({ heartbeatMs });
  await sitSilent(port);
  const bob = await sitSilent(port);
  // When one who came after them is asked, both have been silent for long enough.
  await takeSeat(url, 'websocket', 'aside');
  const dan = await sitSilent(port, '', 'aside');
  await askUntilProbed([await connectClient(url)], dan, 'aside');
  const cy = await connectClient(url);
  expect((await enter(cy, channel)).status).toBe('created');
  expect(pingsTo(bob)).toBe(2);
});

it('[R25] 20 newcomers share one probe; one of them gets in, the others hear full', async () => {
  const { url, port } = await startParley({ heartbeatMs });
  const ann = await connectClient(url);
  await enter(ann, channel);
  const bob = await sitSilent(port);
  const newcomers = await Promise.all(Array.from({ length: 20 }, () => connectClient(url)));
  const statuses = await askUntilProbed(newcomers, bob);
  expect(statuses.sort()).toEqual([...Array.from({ length: 19 }, () => 'full'), 'joined']);
  expect(pingsTo(bob)).toBe(2);
});

it('[R25] who answers only the second ping keeps its seat', async () => {
  const { url, port } = await startParley({ heartbeatMs });
  const { client: ann } = await takeSeat(url, 'websocket', channel);
  const bob = await sitSilent(port);
  bob.onFrame(({ opcode, text }) => {
    if (opcode === opcodes.ping && pingsTo(bob) === 2) bob.write(frameOf(text, opcodes.pong));
  });
  const cy = await connectClient(url);
  expect(await askUntilProbed([cy], bob)).toEqual(['full']);
  expect(pingsTo(bob)).toBe(2);
  bob.write(frameOf('42["message","alive"]'));
  await ann.hears('message');
  expect(ann.names().slice(-2)).toEqual(['ready', 'message']);
});

it('[R25] who answers the ping keeps its seat, and is not asked again within a second', async () => {
  const { url, port } = await startParley({ heartbeatMs });
  const { client: ann } = await takeSeat(url, 'websocket', channel);
  const bob = await sitSilent(port);
  bob.onFrame(({ opcode, text }) => {
    if (opcode === opcodes.ping) bob.write(frameOf(text, opcodes.pong));
  });
  const cy = await connectClient(url);
  expect(await askUntilProbed([cy], bob)).toEqual(['full']);
  expect((await enter(cy, channel)).status).toBe('full');
  expect(pingsTo(bob)).toBe(1);
  bob.write(frameOf('42["message","alive"]'));
  await ann.hears('message');
  expect(ann.names().slice(-2)).toEqual(['ready', 'message']);
});

it('[R25] who has given a secret is probed, too: it is away then, and its seat is kept', async () => {
  const { url, port } = await startParley({ heartbeatMs, yieldMs: 0 });
  const ann = await sitSilent(port, ',{"resume":true,"seat":"a1"}');
  const bob = await sitSilent(port);
  const cy = await connectClient(url);
  // The dead one without a secret goes, the dead one with a secret stays.
  expect(await askUntilProbed([cy], bob)).toEqual(['joined']);
  expect(pingsTo(ann)).toBe(2);
  await ann.closed;
  expect((await takeSeat(url, 'websocket', channel, kept('a1'))).answer).toMatchObject({
    status: 'resumed',
    peer: { id: cy.id, presence: 'here' },
  });
});

it('[R25] long-polling that has no request open is never evicted by a probe', async () => {
  const { url, port } = await startParley({ heartbeatMs });
  const ann = await openRawPolling(url);
  await ann.post(`42["create or join","${channel}"]`);
  const bob = await sitSilent(port);
  const cy = await connectClient(url);
  // Bob is dead and goes; ann, who has been silent for as long, stays, and cy joins her.
  expect(await askUntilProbed([cy], bob)).toEqual(['joined']);
  const dan = await connectClient(url);
  expect((await enter(dan, channel)).status).toBe('full');
  await ann.post('42["message","after a long prompt"]');
  expect(await cy.hears('message')).toEqual(['after a long prompt']);
});
