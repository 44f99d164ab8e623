// `leave`: the seat is free at once, the other one waits for the next; on one node and on several. [R35]
import { describe, expect, it } from 'vitest';
import type { LeaveOptions } from '../../server/protocol/room-events.js';
import { startParley } from '../support/parley.js';
import { connectClient, transports, type RoomClient } from '../support/room-client.js';
import { arrivalEvents, initiatorEvents } from '../support/room-pair.js';
import { startRoomNodes } from '../support/room-nodes.js';
import { drop, enter, kept, takeSeat } from '../support/seated-client.js';

const channel = 'Test';
const texts = Array.from({ length: 300 }, (_, number) => `text ${number}`);

function leave(client: RoomClient, options?: LeaveOptions): Promise<unknown> {
  return client.ask('leave', channel, ...(options ? [options] : []));
}

async function pairOn(annsUrl: string, bobsUrl: string) {
  const { client: ann } = await takeSeat(annsUrl, 'websocket', channel, kept('a1', { me: 'ia', attempt: 1 }));
  const { client: bob } = await takeSeat(bobsUrl, 'websocket', channel, kept('b1', { me: 'ib', attempt: 1 }));
  await Promise.all([ann.hears('ready'), bob.hears('ready')]);
  return { ann, bob };
}

describe.each(transports)('over %s', (transport) => {
  it('[R35] what was sent before arrives before "peer gone", the answer before the end of the connection', async () => {
    const { url } = await startParley();
    const { client: ann } = await takeSeat(url, transport, channel, kept('a1'));
    const bob = await connectClient(url);
    await enter(bob, channel);
    await ann.hears('ready');
    for (const text of texts) ann.say('message', text);
    expect(await leave(ann)).toEqual({ status: 'left' });
    expect(await ann.ended).toBe('io server disconnect');
    await bob.hears('bye');
    expect(bob.heard.slice(2)).toEqual([
      ...texts.map((text) => ['message', text]),
      ['peer gone'],
      ['created', channel, bob.id],
      ['bye', channel],
    ]);
    const cy = await connectClient(url, { transport });
    expect(await enter(cy, channel)).toMatchObject({ status: 'joined', peer: { id: bob.id } });
    await bob.hears('ready', 2);
    expect(bob.heard.slice(-4)).toEqual(arrivalEvents(channel, cy.id));
  });

  it('[R15] [R35] also when the client disconnects right after it', async () => {
    const { url } = await startParley();
    const { client: ann } = await takeSeat(url, transport, channel, kept('a1'));
    const bob = await connectClient(url);
    await enter(bob, channel);
    ann.say('leave', channel);
    ann.socket.disconnect();
    await bob.hears('bye');
    expect(bob.names().slice(2)).toEqual(['peer gone', 'created', 'bye']);
  });
});

it('[R35] a leave whose answer was lost is sent again on another connection, any number of times', async () => {
  const { url } = await startParley();
  const { ann, bob } = await pairOn(url, url);
  drop(ann);
  await bob.hears('peer away');
  const again = await connectClient(url);
  for (let attempt = 2; attempt < 5; attempt++) {
    expect(await leave(again, { seat: 'a1', me: 'ia', attempt })).toEqual({ status: 'left' });
  }
  await bob.hears('bye');
  expect(bob.names().slice(2)).toEqual(['peer away', 'peer gone', 'created', 'bye']);
  // What it had asked for before comes now.
  expect(await enter(again, channel, kept('a1', { me: 'ia', attempt: 2 }))).toMatchObject({ code: 'stale' });
  expect(await enter(again, channel, kept('a1', { me: 'ia', attempt: 5 }))).toMatchObject({
    status: 'joined',
  });
});

it('[R35] without a seat, for another channel, and with a wrong token nothing happens', async () => {
  const { url } = await startParley();
  const { ann, bob } = await pairOn(url, url);
  expect(await ann.ask('leave', 'elsewhere')).toMatchObject({ status: 'refused', code: 'wrong-channel' });
  const cy = await connectClient(url);
  expect(await leave(cy)).toMatchObject({ status: 'refused', code: 'no-seat' });
  expect(await leave(cy, { seat: 'x1' })).toEqual({ status: 'left' });
  ann.say('message', 'still here');
  expect(await bob.hears('message')).toEqual(['still here']);
  expect(bob.names()).toEqual(['joined', 'ready', 'message']);
});

describe('on several nodes', () => {
  it('[R31] [R35] the other one receives what was sent before, and then that the peer is gone', async () => {
    const {
      nodes: [one, two, three],
    } = await startRoomNodes();
    const { ann, bob } = await pairOn(one.url, two.url);
    for (const text of texts) bob.say('message', text);
    expect(await leave(bob, { me: 'ib', attempt: 2 })).toEqual({ status: 'left' });
    await ann.hears('bye');
    expect(ann.heard).toEqual([
      ...initiatorEvents(channel, ann.id, bob.id).slice(0, -1),
      ['ready', channel, { me: 'ib' }],
      ...texts.map((text) => ['message', text]),
      ['peer gone'],
      ['bye', channel],
    ]);
    const late = await connectClient(three.url);
    expect(await enter(late, channel, kept('b1', { me: 'ib', attempt: 2 }))).toMatchObject({ code: 'stale' });
    expect(await enter(late, channel, kept('b2', { me: 'ib', attempt: 3 }))).toMatchObject({
      status: 'joined',
      peer: { id: ann.id },
    });
  });

  it('[R31] [R35] with its resume token a seat is given up on another node, and its connection ends', async () => {
    const {
      nodes: [one, two, three],
    } = await startRoomNodes();
    const { ann, bob } = await pairOn(one.url, two.url);
    const elsewhere = await connectClient(three.url);
    expect(await leave(elsewhere, { seat: 'a1', me: 'ia', attempt: 2 })).toEqual({ status: 'left' });
    expect(await ann.ended).toBe('io server disconnect');
    await bob.hears('bye');
    expect(bob.names().slice(2)).toEqual(['peer gone', 'created', 'bye']);
  });

  it('[R33] [R35] a node that cannot reach Redis refuses it; the seat can be given up later', async () => {
    const {
      nodes: [one, two],
    } = await startRoomNodes();
    const { ann, bob } = await pairOn(one.url, two.url);
    one.cutOff();
    expect(await leave(ann)).toMatchObject({ status: 'refused', code: 'unavailable' });
    const elsewhere = await connectClient(two.url);
    expect(await leave(elsewhere, { seat: 'a1', me: 'ia', attempt: 2 })).toEqual({ status: 'left' });
    await bob.hears('bye');
    expect(bob.names().at(-3)).toBe('peer gone');
    one.comeBack();
    await ann.ended;
    expect(await enter(await connectClient(two.url), channel)).toMatchObject({
      status: 'joined',
      peer: { id: bob.id },
    });
  });
});
