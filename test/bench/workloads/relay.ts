// What one relayed message costs the server, in rooms and by name.
import { openPairs, closePairs } from '../pairs.js';
import type { Talk } from '../dialect.js';
import { payloadOf, type PayloadSize } from '../payloads.js';
import { relayAll, relayInTurn } from '../traffic.js';
import type { RunningContestant } from '../contestants.js';
import type { Round, Row, Scale, Workload } from '../workload.js';

const pairCount = 16;

/** Messages that are under way on one route: a burst, as ICE candidates come. */
const window = 8;

interface Amount {
  warmUp: number;
  messages: number;
}

const amounts: Record<Talk, Record<Scale, Amount>> = {
  message: { full: { warmUp: 9600, messages: 40_000 }, quick: { warmUp: 3200, messages: 9600 } },
  // Fewer, because on Redis each is several round trips.
  negotiation: { full: { warmUp: 2400, messages: 9600 }, quick: { warmUp: 800, messages: 3200 } },
};

interface Load extends Row {
  size: PayloadSize;
  talk: Talk;
}

function load(id: string, title: string, size: PayloadSize, talk: Talk = 'message'): Load {
  return { id, title, unit: 'µs', size, talk };
}

const roomLoads = [
  load('relay-200', 'processor time of a message of 200 B', 200),
  load('relay-3000', 'processor time of a message of 3 KB', 3000),
];

const nameLoads = [
  load('names-200', 'processor time of a candidate of 200 B', 200),
  load('names-3000', 'processor time of an offer or answer of 3 KB inside a call', 3000, 'negotiation'),
];

async function measure(round: Round, running: RunningContestant, { id, size, talk }: Load): Promise<void> {
  const { dialect } = running.contestant;
  const pairs = await openPairs(running, pairCount, id);
  const routes = pairs.map((pair) => dialect.routes(pair, talk));
  const send = (total: number): Promise<void> => {
    const traffic = { payload: payloadOf(size), count: total / (2 * pairCount) };
    return talk === 'message' ? relayAll(routes.flat(), traffic, window) : relayInTurn(routes, traffic);
  };
  const { warmUp, messages } = amounts[talk][round.scale];
  await send(warmUp);
  const before = running.cpuUs();
  await send(messages);
  round.record(id, running.contestant.id, (running.cpuUs() - before) / messages);
  closePairs(pairs);
}

async function measureAll(round: Round, loads: readonly Load[]): Promise<void> {
  for (const each of loads) for (const running of round.running) await measure(round, running, each);
}

export const relay: Workload = {
  id: 'relay',
  title: 'Relay in rooms',
  rows: roomLoads,
  contestants: {
    full: ['bare-ws', 'ws-json', 'tidy-socket-io', 'book', 'peerjs', 'rooms', 'rooms-redis', 'rooms-across'],
    quick: ['bare-ws', 'ws-json', 'tidy-socket-io', 'peerjs', 'rooms'],
  },
  rounds: { full: 9, quick: 3 },
  round: (round) => measureAll(round, roomLoads),
};

export const names: Workload = {
  id: 'names',
  title: 'Relay by name',
  rows: nameLoads,
  contestants: {
    full: ['bare-ws', 'ws-json', 'peerjs', 'names', 'names-redis', 'names-across'],
    quick: ['bare-ws', 'names'],
  },
  rounds: { full: 9, quick: 3 },
  round: (round) => measureAll(round, nameLoads),
};
