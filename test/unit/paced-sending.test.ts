// A library that is told a rate limit, over a transport that the test holds: how fast frames come, and in which order.
import { describe, expect, it } from 'vitest';
import { openLoggedInLine } from '../../client/users/user-line.js';
import type { SignalingChannel } from '../../client/channel/signaling-channel.js';
import type { EnterAnswer } from '../../server/protocol/room-events.js';
import { randomId } from '../../client/transport/resume-tokens.js';
import { createFakePage } from '../support/fake-page.js';
import { createFakeUserServer } from '../support/fake-user-transport.js';
import { createHeldClock } from '../support/held-clock.js';
import { bobIsHere, openScene, type Scene } from '../support/room-channel-scene.js';

const rateLimit = { events: 500, bytes: 1_048_576 };

/** Between two looks at what was sent, in ms. */
const stepMs = 10;

interface Talk extends Scene {
  channel: SignalingChannel;
  /** The least that was left of the server's allowance on each connection. */
  left: { events: number; bytes: number };
  /** What has gone so far on the newest connection, without its arguments. */
  events(): unknown[];
  /** The messages among them. */
  values(): unknown[];
  /** Time goes on; bob's library gives receipts, if he has one. */
  pass(ms: number, eachStep?: () => void): Promise<void>;
}

/** @param other what the other side's client says of itself */
async function talk(answer: Partial<EnterAnswer> = { rateLimit }, other: { me?: string } = { me: 'bob' }) {
  const scene = openScene();
  scene.server.newest().letIn(answer);
  const channel = await scene.opening;
  scene.server.newest().hear('ready', 'red', other);
  return watch(scene, channel);
}

function watch(scene: Scene, channel: SignalingChannel): Talk {
  const { server, clock } = scene;
  const { events, bytes } = rateLimit;
  const left = { events: events * 4, bytes: bytes * 4 };
  let seen = 0;
  let received = 0;
  let connection = server.newest();
  let allowance = { ...left };

  function look(): void {
    if (connection !== server.newest()) {
      connection = server.newest();
      allowance = { events: events * 4, bytes: bytes * 4 };
      seen = 0;
    }
    allowance.events = Math.min(events * 4, allowance.events + (events * stepMs) / 1000);
    allowance.bytes = Math.min(bytes * 4, allowance.bytes + (bytes * stepMs) / 1000);
    for (const frame of connection.said.slice(seen)) {
      allowance.events -= 1;
      allowance.bytes -= JSON.stringify(frame).length;
      const [event, , meta] = frame;
      if (event === 'message' && meta) received = (meta as { seq: number }).seq;
    }
    seen = connection.said.length;
    left.events = Math.min(left.events, allowance.events);
    left.bytes = Math.min(left.bytes, allowance.bytes);
    if (received > 0)
      connection.hear('received', { channel: 'red', upTo: received, from: 'bob', to: channel.me });
  }

  return {
    ...scene,
    channel,
    left,
    events: () => server.newest().said.map(([event]) => event),
    values: () =>
      server
        .newest()
        .said.filter(([event]) => event === 'message')
        .map((frame) => (frame[1] as { message: unknown }).message),
    async pass(ms, eachStep = () => {}) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.advance(stepMs);
        look();
        eachStep();
      }
    },
  };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a library that is told a rate limit', () => {
  it('sends 10,000 messages of a loop in order, and the server’s allowance is never used up', async () => {
    const { channel, left, values, pass } = await talk();
    const sent = Promise.all(numbers(10_000).map((value) => channel.send(value)));
    await pass(1000);
    expect(values().length).toBeLessThanOrEqual(1600 + 400);
    await pass(20_500);
    await sent;
    expect(values()).toEqual(numbers(10_000));
    expect(left.events).toBeGreaterThan(300);
  });

  it('counts bytes, whatever they are sent as', async () => {
    const { channel, left, values, pass } = await talk();
    const large = 'x'.repeat(65_000);
    const sent = Promise.all(numbers(100).map((number) => channel.send(`${number} ${large}`)));
    await pass(4000);
    await sent;
    expect(values()).toHaveLength(100);
    expect(left.bytes).toBeGreaterThan(700_000);
    expect(left.bytes).toBeLessThan(1_000_000);
  });

  it('sends as fast as receipts come where there is none', async () => {
    const { channel, values, pass } = await talk({});
    for (const value of numbers(10_000)) void channel.send(value);
    await pass(1000);
    expect(values()).toEqual(numbers(10_000));
  });

  it('gives receipts and answers questions while 10,000 messages wait', async () => {
    const { channel, server, page, events, left, pass } = await talk();
    for (const value of numbers(10_000)) void channel.send(value);
    await pass(6000);
    let seq = 0;
    const missing: number[] = [];
    await pass(5000, () => {
      const receipt = server.newest().said.findLast(([event]) => event === 'received')?.[1];
      missing.push(seq - ((receipt as { upTo: number } | undefined)?.upTo ?? 0));
      seq++;
      server.newest().hear('message', seq, { seq, from: 'bob', to: channel.me });
    });
    expect(Math.max(...missing)).toBeLessThanOrEqual(2);
    expect(left.events).toBeGreaterThan(300);
    page.comeBack();
    expect(events().at(-1)).toBe('check');
  });

  it('leaves at once while 10,000 messages wait', async () => {
    const { channel, server, off, events, values, pass } = await talk();
    const sent = numbers(10_000).map((value) => channel.send(value));
    await pass(6000);
    const written = values().length;
    off.abort();
    expect(events().at(-1)).toBe('leave');
    server.newest().letGo();
    expect((await channel.closed).reason).toBe('aborted');
    expect(values()).toHaveLength(written);
    await expect(sent[written]).rejects.toMatchObject({ reason: 'aborted' });
  });

  it('begins anew on a new connection, with its limit, and counts what is sent again', async () => {
    const { channel, server, clock, events, values, pass } = await talk();
    for (const value of numbers(3000)) void channel.send(value);
    await pass(500);
    const before = values().length;
    void channel.send('last');
    server.newest().drop();
    await clock.advance(0);
    server.newest().letIn({ ...bobIsHere, rateLimit: { events: 10, bytes: 0 } });
    expect(events().filter((event) => event === 'message')).toHaveLength(32);
    expect(values()[0]).toBeLessThan(before);
    await pass(10_000);
    expect(events().slice(1)).toHaveLength(32 + 80);
    server.newest().drop();
    await clock.advance(0);
    server.newest().letIn(bobIsHere);
    await pass(1000);
    expect(values().at(-1)).toBe('last');
  });

  it('sends to a client without receipts as slowly, and what it has not sent when that one leaves goes to nobody else', async () => {
    const { channel, server, left, values, pass } = await talk({ rateLimit }, {});
    const sent = numbers(10_000).map((value) => channel.send(value));
    await pass(2000);
    expect(values().length).toBeGreaterThan(2300);
    expect(left.events).toBeGreaterThan(300);
    const written = values().length;
    await sent[written - 1];
    server.newest().hear('peer gone');
    await expect(sent[written]).rejects.toMatchObject({ reason: 'peer-gone' });
    const later = channel.send('for whoever comes');
    server.newest().hear('ready', 'red', {});
    await pass(20);
    await later;
    expect(values()).toEqual([...numbers(written), 'for whoever comes']);
  });

  it('leaves half of a low limit for its own messages while the other sends without end', async () => {
    const { channel, server, values, pass } = await talk({ rateLimit: { events: 10, bytes: 0 } });
    for (const value of numbers(1000)) void channel.send(value);
    await pass(10_000);
    const before = values().length;
    for (let seq = 1; seq <= 480; seq++) {
      await pass(120);
      server.newest().hear('message', seq, { seq, from: 'bob', to: channel.me });
    }
    // 0.8 × 10 frames in each of 57.6 s.
    expect(values().length - before).toBeGreaterThan(0.4 * 10 * 57);
    expect(values().length - before).toBeLessThan(0.6 * 10 * 57);
  });
});

it('a line for calls by name has one rate for all its calls', async () => {
  const server = createFakeUserServer();
  const clock = createHeldClock();
  const opening = openLoggedInLine({
    name: 'ann',
    clock,
    openTransport: server.openTransport,
    page: createFakePage(),
    policy: { delayMs: () => 0 },
    key: randomId(),
    unreachableAfterMs: 10_000,
  });
  server.newest().letIn({ iceServers: [], rateLimit });
  const line = await opening;
  const callBob = async (): Promise<SignalingChannel> => {
    const calling = line.call('bob');
    server.newest().hear({ type: 'answer', name: 'bob', answer: 'yes' });
    return calling;
  };
  const count = (): number => server.newest().said.filter(({ type }) => type === 'candidate').length;
  const first = await callBob();
  for (const value of numbers(2000)) void first.send(value);
  // Less the request for the list, the offer, and the question that follows it.
  expect(count()).toBe(1600 - 3);
  server.newest().hear({ type: 'leave', name: 'bob' });
  const second = await callBob();
  const sent = Promise.all(numbers(100).map((value) => second.send(value)));
  expect(count()).toBe(1600 - 3);
  await clock.advance(260);
  await sent;
  expect(count()).toBe(1600 - 3 + 100);
});
