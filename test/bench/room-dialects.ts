// The dialects in which two meet in a room: bare WebSocket, and Socket.IO by hand (`0` open, `40` connect, `42` event, `43` acknowledgement).
import { bothWays, type Dialect, type Ports } from './dialect.js';
import { openWireClient, type WireClient } from './wire-client.js';

/** The room is the path; the server says `ready` to both. */
export const bareDialect: Dialect = {
  wait: ({ port }, name) => openWireClient({ port, path: `/${name}` }),
  async pair(annsPorts, bobsPorts, name) {
    const ann = await bareDialect.wait(annsPorts, name);
    const ready = ann.next('ready');
    const bob = await openWireClient({ port: bobsPorts.port, path: `/${name}`, greeting: 'ready' });
    await ready;
    return { ann, bob, name };
  },
  routes: (pair) =>
    bothWays(
      pair,
      (payload) => payload,
      (payload) => payload,
    ),
};

async function openSocketIo({ port }: Ports, dropped?: string): Promise<WireClient> {
  const client = await openWireClient({
    port,
    path: '/socket.io/?EIO=4&transport=websocket',
    greeting: '0{',
    isEngineIo: true,
    ...(dropped !== undefined && { dropped }),
  });
  const connected = client.next('40');
  client.say('40');
  await connected;
  return client;
}

/** Says something and resolves with what comes back. */
async function ask(client: WireClient, said: string, answer: string): Promise<string> {
  const heard = client.next(answer);
  client.say(said);
  return heard;
}

export const tidyDialect: Dialect = {
  async wait(ports, name) {
    const client = await openSocketIo(ports);
    await ask(client, `420["join","${name}"]`, '430["waiting"]');
    return client;
  },
  async pair(annsPorts, bobsPorts, name) {
    const ann = await tidyDialect.wait(annsPorts, name);
    const ready = ann.next('42["ready"]');
    const bob = await openSocketIo(bobsPorts);
    await ask(bob, `420["join","${name}"]`, '42["ready"]');
    await ready;
    return { ann, bob, name };
  },
  routes: (pair) => bothWays(pair, messageEvent, messageEvent),
};

/** The book's server tells the sender by `log` what it has read. */
const bookLog = '42["log"';

export const bookDialect: Dialect = {
  async wait(ports, name) {
    const client = await openSocketIo(ports, bookLog);
    await ask(client, `42["create or join","${name}"]`, '42["created"');
    return client;
  },
  async pair(annsPorts, bobsPorts, name) {
    const ann = await bookDialect.wait(annsPorts, name);
    const told = ann.next('42["broadcast: joined"');
    const bob = await openSocketIo(bobsPorts, bookLog);
    await ask(bob, `42["create or join","${name}"]`, '42["joined"');
    await told;
    return { ann, bob, name };
  },
  routes: (pair) =>
    bothWays(
      pair,
      (payload) => `42["message",{"channel":"${pair.name}","message":${payload}}]`,
      messageEvent,
    ),
};

/** @param isKept enters with a resume token, as the client library does */
export function parleyRooms(isKept: boolean): Dialect {
  async function enter(ports: Ports, name: string, side: string, answer: string): Promise<WireClient> {
    const client = await openSocketIo(ports);
    const options = isKept ? keptSeat(`${side}-${name}`) : {};
    await ask(client, `420${JSON.stringify(['create or join', name, options])}`, answer);
    return client;
  }
  const wait = (ports: Ports, name: string): Promise<WireClient> =>
    enter(ports, name, 'ann', '430[{"status":"created"');
  return {
    wait,
    async pair(annsPorts, bobsPorts, name) {
      const ann = await wait(annsPorts, name);
      const ready = ann.next('42["ready"');
      // The server says `ready` after the answer and after all other events of the pairing.
      const bob = await enter(bobsPorts, name, 'bob', '42["ready"');
      await ready;
      return { ann, bob, name };
    },
    routes: (pair) => bothWays(pair, messageEvent, messageEvent),
  };
}

/** What the library sends at its first entry. The tokens only have to be as long as real ones. */
function keptSeat(owner: string): object {
  const token = (use: string): string => `${use}-${owner}`.padEnd(32, '0');
  return { resume: true, seat: token('seat'), next: token('next'), me: token('me'), attempt: 1 };
}

function messageEvent(payload: string): string {
  return `42["message",${payload}]`;
}
