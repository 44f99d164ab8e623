// The seat, or name, of a browser that was killed or whose path went silent, asked for by its owner's other browser; and
// holders that are alive, slow, or frozen for a while, which nobody may displace. On one node and across two.
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openChannel, openUserLine } from '../../client/index.js';
import { startCluster } from '../support/cluster.js';
import { startFaultProxy, type FaultProxy, type Path } from '../support/fault-proxy.js';
import { startServerProcess } from '../support/server-process.js';
import { connectUser } from '../support/user-client.js';
import { createChance } from '../support/chance.js';
import { inMs, noteFigure, percentile } from '../support/figures.js';
import { ask, closeSocketsAfterTest, connectSocket, newSecret } from '../support/seat-client.js';

const ghosts = 100;
const goalMs = 8000;
/** Channels or names at the same time, and how often each is asked for. */
const [holders, tries] = [100, 10];
/** Whoever has sent something within it counts as alive, and is not probed [R25]. */
const recentMs = 1000;

interface Answer {
  isIn: boolean;
  retryInMs?: number | undefined;
}

/** Asks again on one connection. */
type Asker = () => Promise<Answer>;

interface Holder {
  path: Path;
  /** It still has what it holds. */
  isHolding(): Promise<boolean>;
  /** Takes it back on a new connection, with its resume token. */
  comesBack(url: string): Promise<boolean>;
}

interface Kind {
  hold(proxy: FaultProxy, otherUrl: string, where: string): Promise<Holder>;
  connect(url: string, where: string): Promise<Asker>;
  /** As a program does: waits in line until it is in, and leaves at the end of the test. */
  openInLine(url: string, where: string): Promise<unknown>;
}

async function untilEnd<Opened>(open: (signal: AbortSignal) => Promise<Opened>): Promise<Opened> {
  const end = new AbortController();
  onTestFinished(() => end.abort());
  return open(end.signal);
}

const rooms: Kind = {
  async hold(proxy, otherUrl, where) {
    const seat = newSecret();
    const other = await connectSocket(otherUrl);
    await ask(other, where, {});
    const own = await connectSocket(proxy.url);
    const path = proxy.newest();
    await ask(own, where, { resume: true, seat });
    return {
      path,
      isHolding: () =>
        new Promise((resolve) => {
          own.once('disconnect', () => resolve(false));
          own.emit('ice servers', (answer: object) => resolve('iceServers' in answer));
        }),
      async comesBack(url) {
        const { status } = await ask(await connectSocket(url), where, { resume: true, seat });
        return status === 'resumed';
      },
    };
  },
  async connect(url, where) {
    const socket = await connectSocket(url);
    return async () => {
      const { status, retryInMs } = await ask(socket, where, {});
      return { isIn: status === 'joined', retryInMs };
    };
  },
  openInLine: (url, where) => untilEnd((signal) => openChannel(url, where, { wait: true, signal })),
};

const callsAt = (url: string): string => `${url.replace('http', 'ws')}/calls`;

const names: Kind = {
  async hold(proxy, _otherUrl, where) {
    const login = { type: 'login', name: where, resume: true, seat: newSecret() };
    const own = await connectUser(callsAt(proxy.url));
    const path = proxy.newest();
    own.say(login);
    await own.hears();
    return {
      path,
      async isHolding() {
        own.say({ type: 'iceServers' });
        return ((await own.hears()) as { type: string }).type === 'iceServers';
      },
      async comesBack(url) {
        const back = await connectUser(callsAt(url));
        back.say(login);
        return ((await back.hears()) as { resumed?: boolean }).resumed === true;
      },
    };
  },
  async connect(url, where) {
    const user = await connectUser(callsAt(url));
    return async () => {
      user.say({ type: 'login', name: where, resume: true, seat: newSecret() });
      const { success, retryInMs } = (await user.hears()) as { success: boolean; retryInMs?: number };
      return { isIn: success, retryInMs };
    };
  },
  openInLine: (url, where) => untilEnd((signal) => openUserLine(callsAt(url), where, { wait: true, signal })),
};

async function waitInLine(asks: Asker): Promise<void> {
  for (;;) {
    const { isIn, retryInMs = 250 } = await asks();
    if (isIn) return;
    await pause(retryInMs);
  }
}

async function openOne() {
  const server = await startServerProcess();
  return { home: server, away: server };
}

async function openTwo() {
  const { nodes } = await startCluster(2);
  const [home, away] = nodes;
  if (!home || !away) throw new Error('There are no two nodes.');
  return { home, away };
}

/** What happens to the path of a holder while somebody asks; returns what ends that. */
const disturbances: [how: string, begin: (path: Path) => () => void][] = [
  ['alive', () => () => {}],
  [
    'with a path of 600 ms each way',
    (path) => {
      path.delay(600);
      return () => {};
    },
  ],
  [
    'frozen for 2 s',
    (path) => {
      path.silence();
      const thaw = setTimeout(() => path.heal(), 2000);
      return () => clearTimeout(thaw);
    },
  ],
];

const places = [
  ['seats', 'on one node', rooms, openOne],
  ['seats', 'across two nodes', rooms, openTwo],
  ['names', 'on one node', names, openOne],
  ['names', 'across two nodes', names, openTwo],
] as const;

describe.each(places)('%s %s', (what, where, kind, open) => {
  it(`[R36] [U31] those of ${ghosts} ghosts are given within 8 s of the first request`, async (context) => {
    const chance = createChance(`${what} ${where}`);
    closeSocketsAfterTest();
    const { home, away } = await open();

    async function haunt(round: number): Promise<{ how: string; ms: number }> {
      const isKilled = round % 2 === 0;
      const isLibrary = round % 4 < 2;
      const proxy = await startFaultProxy(home.port);
      const { path } = await kind.hold(proxy, away.url, `ghost ${round}`);
      await pause(chance.whole(0, 3000));
      const asks = await kind.connect(away.url, `ghost ${round}`);
      // The system closes the connections of a process that is killed.
      if (isKilled) path.end();
      else path.silence();
      await pause(chance.whole(0, 1000));
      const startedAt = performance.now();
      await (isLibrary ? kind.openInLine(away.url, `ghost ${round}`) : waitInLine(asks));
      const how = `${isKilled ? 'a killed browser' : 'a silent path'}, asked by ${isLibrary ? 'the library' : 'hand'}`;
      return { how, ms: performance.now() - startedAt };
    }

    const all = await Promise.all(Array.from({ length: ghosts }, (_, round) => haunt(round)));
    const inTime = all.filter(({ ms }) => ms <= goalMs).length;
    noteFigure(context, `${what} ${where}: ghosts gone within 8 s`, `${inTime} of ${ghosts}`, `all`);
    for (const kindOfGhost of new Set(all.map(({ how }) => how))) {
      const times = all.filter(({ how }) => how === kindOfGhost).map(({ ms }) => ms);
      const [half, slowest] = [50, 100].map((hundredths) => inMs(percentile(times, hundredths)));
      noteFigure(
        context,
        `${what} ${where}, ${kindOfGhost}: in after, half and slowest`,
        `${half}, ${slowest}`,
      );
    }
    expect(inTime).toBe(ghosts);
  });

  it.for(disturbances)(
    `[R25] [U4] a holder that is %s is displaced in none of ${holders * tries} tries`,
    async ([how, disturb], context) => {
      closeSocketsAfterTest();
      const { home, away } = await open();
      let refused = 0;

      async function besiege(round: number): Promise<void> {
        const proxy = await startFaultProxy(home.port);
        const holder = await kind.hold(proxy, away.url, `alive ${round}`);
        const asks = await kind.connect(away.url, `alive ${round}`);
        for (let turn = 0; turn < tries; turn++) {
          await pause(recentMs + 100);
          const stop = disturb(holder.path);
          const { isIn, retryInMs } = await asks();
          if (how === 'frozen for 2 s') await pause(2000);
          stop();
          if (!isIn && retryInMs === undefined) refused++;
        }
        holder.path.heal();
        expect(await holder.isHolding()).toBe(true);
      }

      await Promise.all(Array.from({ length: holders }, (_, round) => besiege(round)));
      noteFigure(
        context,
        `${what} ${where}: a holder ${how} was not displaced`,
        `${refused} of ${holders * tries}`,
        'all',
      );
      expect(refused).toBe(holders * tries);
    },
  );

  it('[R22] [U22] while nobody asks, the whole grace time holds', async (context) => {
    closeSocketsAfterTest();
    const { home, away } = await open();
    const back = Array.from({ length: ghosts }, async (_, round) => {
      const proxy = await startFaultProxy(home.port);
      const holder = await kind.hold(proxy, away.url, `patient ${round}`);
      holder.path.end();
      // Four times YIELD_MS, and two thirds of GRACE_MS.
      await pause(20_000);
      return holder.comesBack(away.url);
    });
    const returned = (await Promise.all(back)).filter(Boolean).length;
    noteFigure(
      context,
      `${what} ${where}: back after 20 s for which nobody asked`,
      `${returned} of ${ghosts}`,
      'all',
    );
    expect(returned).toBe(ghosts);
  });
});
