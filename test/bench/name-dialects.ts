// The dialects in which one calls the other by name, in JSON: the tutorial's, parley's, which has the same messages, and PeerJS's.
// A pair is two who have exchanged an offer and an answer.
import type { Dialect, Pair, Ports, Talk } from './dialect.js';
import type { Route } from './traffic.js';
import { openWireClient, type WireClient } from './wire-client.js';

type Side = 'ann' | 'bob';

/** What one of the two says and the other hears, for a value of JSON. */
interface Words {
  sent: (type: string, to: string, value: string) => string;
  received: (type: string, from: string, to: string, value: string) => string;
}

interface Manner {
  logIn: (ports: Ports, name: string) => Promise<WireClient>;
  words: Words;
  /** The types that stand for candidate, offer and answer. */
  types: { candidate: string; offer: string; answer: string };
  heartbeat?: string;
}

/** The smallest offer and answer: what the pairing costs is not their size. */
const briefly = '"hello"';

function byName({ logIn, words, types, ...rest }: Manner): Dialect {
  function route(pair: Pair, from: Side, to: Side, type: string): Route {
    const [sender, receiver] = [nameOf(from, pair.name), nameOf(to, pair.name)];
    return {
      from: pair[from],
      to: pair[to],
      sent: (payload) => words.sent(type, receiver, payload),
      received: (payload) => words.received(type, sender, receiver, payload),
    };
  }

  async function tell({ from, to, sent, received }: Route): Promise<void> {
    const heard = to.next(received(briefly));
    from.say(sent(briefly));
    await heard;
  }

  function routes(pair: Pair, talk: Talk): [Route, Route] {
    const [anns, bobs] =
      talk === 'message' ? [types.candidate, types.candidate] : [types.offer, types.answer];
    return [route(pair, 'ann', 'bob', anns), route(pair, 'bob', 'ann', bobs)];
  }

  return {
    wait: (ports, name) => logIn(ports, nameOf('ann', name)),
    async pair(annsPorts, bobsPorts, name) {
      const ann = await logIn(annsPorts, nameOf('ann', name));
      const bob = await logIn(bobsPorts, nameOf('bob', name));
      const pair = { ann, bob, name };
      for (const each of routes(pair, 'negotiation')) await tell(each);
      return pair;
    },
    routes,
    ...rest,
  };
}

function nameOf(side: Side, pairName: string): string {
  return `${side}-${pairName}`;
}

/** The sender's name is put in by the server. */
const tutorialWords: Words = {
  sent: (type, to, value) => `{"type":"${type}","name":"${to}","${type}":${value}}`,
  received: (type, from, _to, value) => `{"type":"${type}","${type}":${value},"name":"${from}"}`,
};

const tutorialTypes = { candidate: 'candidate', offer: 'offer', answer: 'answer' };

async function logIn(client: WireClient, login: object): Promise<WireClient> {
  const answered = client.next('{"type":"login","success":true');
  client.say(JSON.stringify({ type: 'login', ...login }));
  await answered;
  return client;
}

export const jsonDialect = byName({
  logIn: async ({ port }, name) => logIn(await openWireClient({ port, path: '/' }), { name }),
  words: tutorialWords,
  types: tutorialTypes,
});

/** @param isKept logs in with a resume token, as the client library does */
export function parleyNames(isKept: boolean): Dialect {
  return byName({
    async logIn({ callsPort }, name) {
      if (callsPort === undefined) throw new Error('This server has no port for names.');
      const client = await openWireClient({ port: callsPort, path: '/', greeting: '"Hello world"' });
      const token = (use: string): string => `${use}-${name}`.padEnd(32, '0');
      const kept = { resume: true, seat: token('seat'), next: token('next'), me: token('me'), attempt: 1 };
      return logIn(client, { name, ...(isKept && kept) });
    },
    words: tutorialWords,
    types: tutorialTypes,
  });
}

export const peerJsDialect = byName({
  logIn: ({ port }, name) =>
    openWireClient({ port, path: `/peerjs?key=peerjs&id=${name}&token=t`, greeting: '{"type":"OPEN"' }),
  words: {
    sent: (type, to, value) => `{"type":"${type}","payload":${value},"dst":"${to}"}`,
    received: (type, from, to, value) =>
      `{"type":"${type}","src":"${from}","dst":"${to}","payload":${value}}`,
  },
  types: { candidate: 'CANDIDATE', offer: 'OFFER', answer: 'ANSWER' },
  heartbeat: '{"type":"HEARTBEAT"}',
});
