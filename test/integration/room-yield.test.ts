// A seat whose connection is gone or dead is given to who asks again after YIELD_MS; on one node, and on two. [R36]
import { describe, expect, it } from 'vitest';
import type { EnterAnswer } from '../../server/protocol/room-events.js';
import { startParley } from '../support/parley.js';
import { frameOf, opcodes, openRawSocketIo, type RawWebSocket } from '../support/raw-websocket.js';
import { connectClient, type RoomClient } from '../support/room-client.js';
import { startRoomNodes } from '../support/room-nodes.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

const channel = 'Test';
/** Every ping on the wire is a probe. */
const settings = { heartbeatMs: 0, yieldMs: 300 };

/** Asks until it has a seat. @returns all answers */
async function waitInLine(client: RoomClient): Promise<EnterAnswer[]> {
  const answers = [await enter(client, channel)];
  for (let last = answers[0]; last?.status === 'full'; last = answers.at(-1)) {
    const { retryInMs = 20 } = last;
    await new Promise((resolve) => setTimeout(resolve, retryInMs));
    answers.push(await enter(client, channel));
  }
  return answers;
}

/** Has a seat with a secret, and answers no ping. */
async function sitSilent(port: number, seat: string): Promise<RawWebSocket> {
  const raw = await openRawSocketIo(port);
  raw.write(frameOf(`42["create or join","${channel}",{"resume":true,"seat":"${seat}"}]`));
  await raw.hears(/"(?:created|joined)"/);
  return raw;
}

const pingsTo = ({ frames }: RawWebSocket): number =>
  frames.filter(({ opcode }) => opcode === opcodes.ping).length;

type Node = { url: string; port: number };
const places: [where: string, open: () => Promise<{ home: Node; away: Node }>][] = [
  [
    'on one node',
    async () => {
      const node = await startParley(settings);
      return { home: node, away: node };
    },
  ],
  [
    'on two nodes',
    async () => {
      const {
        nodes: [home, away],
      } = await startRoomNodes(settings);
      return { home, away };
    },
  ],
];

describe.each(places)('%s', (_where, open) => {
  it('[R36] the seat of a closed connection: a newcomer is told when to ask again, and gets it then', async () => {
    const { home, away } = await open();
    const { client: ann } = await takeSeat(away.url, 'websocket', channel, kept('a1'));
    const { client: bob } = await takeSeat(home.url, 'websocket', channel, kept('b1'));
    drop(bob);
    await ann.hears('peer away');
    const cy = await connectClient(away.url);
    const answers = await waitInLine(cy);
    expect(answers.at(-1)).toMatchObject({ status: 'joined', peer: { id: ann.id } });
    for (const { status, retryInMs } of answers.slice(0, -1)) {
      expect(status).toBe('full');
      expect(retryInMs).toBeGreaterThan(0);
      expect(retryInMs).toBeLessThanOrEqual(settings.yieldMs);
    }
    await ann.hears('ready', 2);
    const arrival = ['remotePeerJoining', 'join', 'broadcast: joined', 'ready'];
    expect(ann.names()).toEqual(['created', ...arrival, 'peer away', 'peer gone', 'bye', ...arrival]);
    // Its owner finds two who are here.
    expect((await takeSeat(home.url, 'websocket', channel, kept('b1'))).answer.status).toBe('full');
  });

  it('[R25] [R36] the seat of a dead connection, found by two pings', async () => {
    const { home, away } = await open();
    const { client: ann } = await takeSeat(away.url, 'websocket', channel, kept('a1'));
    const bob = await sitSilent(home.port, 'b1');
    const cy = await connectClient(away.url);
    expect((await waitInLine(cy)).at(-1)).toMatchObject({ status: 'joined', peer: { id: ann.id } });
    expect(pingsTo(bob)).toBe(2);
    await bob.closed;
    await ann.hears('ready', 2);
    expect(ann.names().slice(5, 8)).toEqual(['peer away', 'peer gone', 'bye']);
  });

  it('[R25] [R36] who answers keeps its seat, however often a stranger asks', async () => {
    const { home, away } = await open();
    const { client: ann } = await takeSeat(away.url, 'websocket', channel, kept('a1'));
    const bob = await sitSilent(home.port, 'b1');
    bob.onFrame(({ opcode, text }) => {
      if (opcode === opcodes.ping) bob.write(frameOf(text, opcodes.pong));
    });
    const cy = await connectClient(away.url);
    while (pingsTo(bob) < 3)
      expect(await enter(cy, channel)).toEqual(expect.objectContaining({ status: 'full' }));
    bob.write(frameOf('42["message","still here"]'));
    expect(await ann.hears('message')).toEqual(['still here']);
    expect(ann.names().slice(-2)).toEqual(['ready', 'message']);
  });
});

it('[R33] [R36] a seat on a node that cannot be reached is kept, and goes on when it is back', async () => {
  const {
    nodes: [home, away],
  } = await startRoomNodes({ ...settings, yieldMs: 1 });
  const { client: ann } = await takeSeat(away.url, 'websocket', channel, kept('a1'));
  const { client: bob } = await takeSeat(home.url, 'websocket', channel, kept('b1'));
  await ann.hears('ready');
  home.cutOff();
  const cy = await connectClient(away.url);
  let answer = await enter(cy, channel);
  while (!ann.names().includes('peer away')) answer = await enter(cy, channel);
  // Its lease has expired: only the grace time ends that.
  for (let turn = 0; turn < 20; turn++) answer = await enter(cy, channel);
  expect(answer).toMatchObject({ status: 'full' });
  expect(answer.retryInMs).toBeGreaterThan(1000);
  home.comeBack();
  await ann.hears('peer back');
  bob.say('message', 'we talked on');
  expect(await ann.hears('message')).toEqual(['we talked on']);
});
