// A room channel: entering, coming back, what the server says, what travels.
import { describe, expect, it } from 'vitest';
import { settle } from '../support/held-clock.js';
import { bobIsHere, openScene, openWithBob } from '../support/room-channel-scene.js';

describe('a room channel', () => {
  it('[R20] sends its secret and the next one, and keeps the next once the answer is there', async () => {
    const { url, server, storage, clock, channel } = await openWithBob();
    const { seat, next, me, resume } = server.newest().asked;
    expect([seat, next, me].every((text) => /^[0-9a-f]{32}$/.test(text ?? ''))).toBe(true);
    expect(new Set([seat, next, me]).size).toBe(3);
    expect([resume, me]).toEqual([true, channel.me]);
    expect([...storage.kept]).toEqual([[`parley ${url} red`, next]]);
    server.newest().drop();
    await clock.advance(0);
    server.newest().open();
    const second = server.newest().asked;
    expect([second.seat, second.me]).toEqual([next, me]);
    // The answer is lost: the same secret again.
    server.newest().drop();
    await clock.advance(1000);
    server.newest().open();
    expect(server.newest().asked.seat).toBe(next);
    expect([...storage.kept.values()]).toEqual([next]);
  });

  it('comes back at once and tells the truth about it', async () => {
    const { server, clock, channel, states } = await openWithBob();
    server.newest().drop();
    expect([channel.state, channel.peer]).toEqual(['reconnecting', 'here']);
    const sent = channel.send('hi');
    await clock.advance(0);
    expect(server.connections).toHaveLength(2);
    server.newest().letIn(bobIsHere);
    expect(server.newest().said.at(-1)).toEqual([
      'message',
      { channel: 'red', message: 'hi' },
      { seq: 1, from: channel.me, to: 'bob' },
    ]);
    server.newest().hear('received', { channel: 'red', upTo: 1, from: 'bob', to: channel.me });
    await sent;
    expect(states).toEqual(['reconnecting', 'open']);
  });

  it('[R22] hears of the other what the server says', async () => {
    const { server, channel, states } = await openWithBob();
    const server1 = server.newest();
    server1.hear('peer away');
    server1.hear('peer back', { me: 'bob' });
    server1.hear('peer back', { me: 'bob after a reload' });
    server1.hear('peer gone');
    server1.hear('created', 'red', 'id');
    expect(states).toEqual(['bob away', 'bob here', 'bob gone', 'bob here', 'bob gone']);
    expect(channel.peerMe).toBe('bob after a reload');
  });

  it('[R13] becomes the initiator when it is told so', async () => {
    const { server, opening } = openScene();
    server.newest().letIn({ status: 'joined', role: 'joiner', peer: bobIsHere.peer });
    const channel = await opening;
    expect([channel.role, channel.peer, channel.peerMe]).toEqual(['joiner', 'here', 'bob']);
    server.newest().hear('peer gone');
    server.newest().hear('created', 'red', 'id');
    expect([channel.role, channel.peer]).toEqual(['initiator', 'gone']);
  });

  it('finds somebody else on its return: what was meant for the first fails', async () => {
    const { server, clock, channel, states } = await openWithBob();
    const sent = channel.send('for bob');
    server.newest().drop();
    await clock.advance(0);
    server.newest().letIn({ ...bobIsHere, peer: { id: 'c', me: 'cy', presence: 'here' } });
    await expect(sent).rejects.toMatchObject({ reason: 'peer-gone' });
    expect(states).toEqual(['reconnecting', 'open', 'bob gone', 'bob here']);
    expect(server.newest().said.map(([event]) => event)).toEqual(['create or join']);
  });

  it('checks its server every heartbeat, and drops a connection that does not answer in 2 s', async () => {
    const { server, clock, states } = await openWithBob();
    await clock.advance(10_000);
    expect(server.newest().said.at(-1)).toEqual(['check']);
    server.newest().answerCheck();
    await clock.advance(10_000);
    expect(server.connections).toHaveLength(1);
    await clock.advance(2000);
    expect(server.connections).toHaveLength(2);
    expect(server.connections[0]?.isClosed).toBe(true);
    expect(states).toEqual(['reconnecting']);
  });

  it('checks at once when a receipt is overdue and when the page returns', async () => {
    const { server, clock, page, channel } = await openWithBob();
    void channel.send('hi');
    await clock.advance(2000);
    expect(
      server
        .newest()
        .said.slice(-2)
        .map(([event]) => event),
    ).toEqual(['check', 'message']);
    server.newest().answerCheck();
    page.comeBack();
    expect(server.newest().said.at(-1)).toEqual(['check']);
  });

  it('tries again at once when the network is back', async () => {
    const { server, clock, page } = await openWithBob();
    server.newest().drop();
    await clock.advance(0);
    server.newest().drop();
    await clock.advance(10);
    expect(server.connections).toHaveLength(2);
    page.comeBack();
    expect(server.connections).toHaveLength(3);
  });

  it('[R26] tells the server when the page goes', async () => {
    const { url, server, page } = await openWithBob();
    page.leave();
    const { next } = server.newest().asked;
    expect(page.lastWords).toEqual([
      { url: `${url}/leave`, text: JSON.stringify({ channel: 'red', seat: next }) },
    ]);
  });

  it('keeps messages for the first listener, and leaves the rest to the sender above 1,000', async () => {
    const { server, channel, clock } = await openWithBob();
    for (let seq = 1; seq <= 1001; seq++) {
      server.newest().hear('message', seq, { seq, from: 'bob', to: channel.me });
    }
    const heard: unknown[] = [];
    channel.on('message', (value) => heard.push(value));
    await settle();
    expect([heard.length, heard.at(-1)]).toEqual([1000, 1000]);
    await clock.advance(20);
    expect(server.newest().said.at(-1)?.[1]).toMatchObject({ upTo: 1000 });
    server.newest().hear('message', 1001, { seq: 1001, from: 'bob', to: channel.me });
    expect(heard.at(-1)).toBe(1001);
  });

  it('keeps what comes before anybody listens, in order, for one who may stop at the first', async () => {
    const { server, channel } = await openWithBob();
    const hear = (seq: number) =>
      server.newest().hear('message', `m${seq}`, { seq, from: 'bob', to: channel.me });
    const heard: unknown[] = [];
    hear(1);
    // One who is gone before its turn hears nothing.
    channel.on('message', () => heard.push('nobody'))();
    await settle();
    const stop = channel.on('message', (value) => {
      heard.push(['first', value]);
      stop();
    });
    // What comes now does not overtake what waits.
    hear(2);
    expect(heard).toEqual([]);
    await settle();
    expect(heard).toEqual([['first', 'm1']]);
    channel.on('message', (value) => {
      heard.push(['second', value]);
      // What comes because of it is heard after it.
      if (value === 'm2') hear(3);
    });
    await settle();
    expect(heard.slice(1)).toEqual([
      ['second', 'm2'],
      ['second', 'm3'],
    ]);
  });

  it.each([
    ['binary data', new Uint8Array(1), 'bad-value'],
    ['what JSON cannot write', undefined, 'bad-value'],
    ['a number without end', 10n, 'bad-value'],
    ['more than 1 MB', 'x'.repeat(1_000_001), 'too-large'],
    ['what is nested too deep', JSON.parse('['.repeat(65) + ']'.repeat(65)), 'too-deep'],
  ])('refuses to send %s', async (_what, value, reason) => {
    const { channel } = await openWithBob();
    await expect(channel.send(value)).rejects.toMatchObject({ reason });
  });

  it('sends a copy: what the app changes afterwards does not travel', async () => {
    const { server, channel } = await openWithBob();
    server.newest().hear('peer away');
    const value = { text: 'as it was' };
    void channel.send(value);
    value.text = 'changed';
    server.newest().hear('peer back', { me: 'bob' });
    expect(server.newest().said.at(-1)?.[1]).toEqual({ channel: 'red', message: { text: 'as it was' } });
  });

  it('shows everything that travels, but no secret', async () => {
    const { server, trace, channel } = await openWithBob();
    const seen: unknown[] = [];
    channel.on('trace', ({ event, args }) => seen.push([event, ...args]));
    void channel.send('hi');
    expect(trace).toEqual([
      'here connecting',
      'out create or join',
      'in create or join',
      'here connected',
      'in ready',
      'out message',
    ]);
    await settle();
    expect(seen).toHaveLength(6);
    const { seat = '', next = '' } = server.newest().asked;
    const shown = JSON.stringify(seen);
    expect([shown.includes(seat), shown.includes(next)]).toEqual([false, false]);
  });
});
