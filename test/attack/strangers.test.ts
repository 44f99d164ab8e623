// A stranger who wants in, or wants to reach two who talk: what it asks is refused, and nothing arrives.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ask, upgradeHeaders } from '../support/http-ask.js';
import { originTable, type OriginRow } from '../support/origins.js';
import { scaled } from '../support/scale.js';
import { connectClient, type RoomClient } from '../support/room-client.js';
import { connectPair as pairUp } from '../support/room-pair.js';
import { connectPair, connectUser, logInUser, type UserClient } from '../support/user-client.js';
import { attacked, serverOfFile } from './attacked.js';

const server = serverOfFile({
  // The name in the table, which is not one of a local network.
  allowedHosts: ['parley.example'],
  stunUrls: ['stun:turn.example'],
  turnUrls: ['turn:turn.example'],
  turnSecret: 'north',
});
const callsUrl = (): string => `ws://127.0.0.1:${server().callsPort}`;
const polling = '/socket.io/?EIO=4&transport=polling';
const webSocket = '/socket.io/?EIO=4&transport=websocket';

it('[R17] the table has 60 rows', () => {
  expect(originTable).toHaveLength(60);
});

it('[R17] [U19] 60 origins at 3 entry points: those who may get in, and nobody else', async (context) => {
  const threat = 'a foreign page opens a socket';
  const tries = 3 * originTable.length;
  await attacked(context, server(), { threat, tries, of: 'handshakes' }, async () => {
    const wrong: unknown[] = [];
    for (const row of originTable) {
      const is = await knock(row);
      const wanted = row.isAllowed ? [101, 200, row.origin, 101] : [400, 403, undefined, 403];
      if (JSON.stringify(is) !== JSON.stringify(wanted)) wrong.push({ ...row, is });
    }
    expect(wrong).toEqual([]);
    return `0 of ${originTable.filter(({ isAllowed }) => !isAllowed).length} foreign origins got in`;
  });
});

/** WebSocket and long-polling on the one port, and the other port; CORS allows exactly the origin that may. */
async function knock({ origin, host }: OriginRow): Promise<unknown[]> {
  const { port, callsPort } = server();
  const headers = origin === undefined ? { Host: host } : { Host: host, Origin: origin };
  const upgrade = { headers: { ...headers, ...upgradeHeaders } };
  const polled = await ask(port, polling, { headers });
  if (polled.status === 200) {
    const { sid } = JSON.parse(polled.body.slice(1)) as { sid: string };
    await ask(port, `${polling}&sid=${sid}`, { method: 'POST', headers, body: '1' });
  }
  return [
    (await ask(port, webSocket, upgrade)).status,
    polled.status,
    polled.headers['access-control-allow-origin'],
    (await ask(callsPort, '/', upgrade)).status,
  ];
}

it("[R17] a host name of the attacker's own (DNS rebinding) gets in nowhere", async (context) => {
  const threat = 'DNS rebinding';
  await attacked(context, server(), { threat, tries: scaled(1000, 40), of: 'requests' }, async (times) => {
    const host = 'attacker.example';
    const paths = ['/', '/parley.js', polling, webSocket, '/calls'];
    for (let number = 0; number < times; number++) {
      const path = paths[number % paths.length] ?? '/';
      const headers = { Host: host, ...(number % 2 === 0 && { Origin: `http://${host}` }) };
      const isUpgrade = path === webSocket || path === '/calls';
      const { status } = await ask(server().port, path, {
        headers: isUpgrade ? { ...headers, ...upgradeHeaders } : headers,
      });
      expect(status).toBe(421);
    }
    return '0 answered';
  });
});

it("[R7] tries with other people's ids and channels for names: none is delivered", async (context) => {
  const threat = 'a message into a room one is not in';
  await attacked(context, server(), { threat, tries: scaled(1000, 150), of: 'events' }, async (times) => {
    const { url } = server();
    const { ann, bob, channel, expectUndisturbed } = await pairUp(url, {}, `victims ${times}`);
    const victims = [ann.id, bob.id, channel, ` ${channel}`, `/${channel}`, `/#${ann.id}`];
    const strangers = await Promise.all(victims.slice(0, 2).flatMap((own) => [sit(url, own), sit(url, own)]));
    const tries = fc.sample(
      fc.record({
        who: fc.nat(strangers.length - 1),
        event: fc.constantFrom('message', 'response', 'received', 'Bye', 'bye', 'create or join'),
        name: fc.constantFrom(...victims),
      }),
      times,
    );
    let refused = 0;
    for (const { who, event, name } of tries) {
      const { client, own } = strangers[who] ?? { own: '' };
      if (event === 'Bye' && name === own) continue;
      if (event === 'received') client?.say(event, { channel: name, upTo: 1, from: 'x', to: 'y' });
      else if (event === 'message' || event === 'response')
        client?.say(event, { channel: name, message: 'psst' });
      else client?.say(event, name);
      if (name !== own && event !== 'bye') refused += 1;
    }
    // `check` would overtake what waits; this comes after all of it.
    await Promise.all(strangers.map(({ client, own }) => client.ask('create or join', own)));
    const refusals = strangers.flatMap(({ client }) => client.heard.filter(([event]) => event === 'refused'));
    expect(refusals).toHaveLength(refused);
    await expectUndisturbed();
    for (const { socket } of [ann, bob, ...strangers.map(({ client }) => client)]) socket.disconnect();
    return '0 delivered';
  });
});

async function sit(url: string, own: string): Promise<{ client: RoomClient; own: string }> {
  const client = await connectClient(url);
  await client.ask('create or join', own);
  return { client, own };
}

it('[U8] [U12] tries to speak into a foreign call reach nobody', async (context) => {
  const threat = "answer, candidate, leave in another's name";
  await attacked(context, server(), { threat, tries: scaled(500, 60), of: 'messages' }, async (times) => {
    const [ann, bob] = (await connectPair(callsUrl())) as [UserClient, UserClient];
    const cy = await logInUser(callsUrl(), 'cy');
    const stranger = await connectUser(callsUrl());
    const kinds = ['answer', 'candidate', 'leave', 'offer'] as const;
    for (let attempt = 0; attempt < times; attempt++) {
      const type = kinds[attempt % kinds.length] ?? 'answer';
      const liar = attempt % 5 === 0 ? stranger : cy;
      const [victim, friend] = attempt % 2 === 0 ? ['ann', 'bob'] : ['bob', 'ann'];
      const pretence = { from: friend, sender: friend, connection: { name: friend } };
      liar.say({ type, name: victim, [type]: { attempt }, ...pretence });
      expect(await liar.hears()).toMatchObject({ type: 'error' });
    }
    ann.say({ type: 'candidate', name: 'bob', candidate: 'still here?' });
    expect(await bob.hearsAll()).toEqual([{ type: 'candidate', candidate: 'still here?', name: 'ann' }]);
    expect(await ann.hearsAll()).toEqual([]);
    await Promise.all([ann, bob, cy, stranger].map((client) => client.close()));
    return '0 reached the victims';
  });
});

it('[R30] [U26] whoever has no seat and no name is given no TURN credentials', async (context) => {
  const threat = 'TURN credentials for free';
  await attacked(
    context,
    server(),
    { threat, tries: scaled(200, 40), of: 'requests of a non-member' },
    async (times) => {
      const cy = await connectClient(server().url);
      const dan = await connectUser(callsUrl());
      for (let number = 0; number < times / 2; number++) {
        expect(await cy.ask('ice servers')).toMatchObject({ code: 'no-seat' });
        dan.say({ type: 'iceServers' });
        expect(await dan.hears()).toMatchObject({ code: 'not-logged-in' });
      }
      cy.socket.disconnect();
      await dan.close();
      return '0 given';
    },
  );
});
