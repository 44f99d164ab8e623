// Many want to be in one room at the same moment, each on some node: what they are told.
import type { Socket } from 'socket.io-client';
import type { ClusterNode } from '../support/cluster.js';
import { ask, connectSocket } from '../support/seat-client.js';

/** How many in one room were told what, such as `1 created, 14 full, 1 joined`. */
export type Verdict = string;

export interface RaceSettings {
  nodes: readonly ClusterNode[];
  rooms: number;
  contenders: number;
  /** So many rooms are contended for at the same time. */
  roomsAtOnce: number;
}

export interface RaceResult {
  /** How often each verdict was there. */
  verdicts: Record<Verdict, number>;
  /** How many were told to try again, and did. A machine that is busy needs longer than an answer may take. */
  triedAgain: number;
}

export async function race(settings: RaceSettings): Promise<RaceResult> {
  const { rooms, roomsAtOnce } = settings;
  const verdicts: RaceResult['verdicts'] = {};
  let triedAgain = 0;
  for (let first = 0; first < rooms; first += roomsAtOnce) {
    const names = Array.from({ length: Math.min(roomsAtOnce, rooms - first) }, (_, index) => {
      return `race-${first + index}`;
    });
    for (const { verdict, again } of await contend(names, settings)) {
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      triedAgain += again;
    }
  }
  return { verdicts, triedAgain };
}

async function contend(
  names: readonly string[],
  settings: RaceSettings,
): Promise<{ verdict: Verdict; again: number }[]> {
  const { nodes, contenders } = settings;
  const rooms = await Promise.all(
    names.map(async (name, number) => {
      const sockets = Array.from({ length: contenders }, (_, index) => {
        const node = nodes[(number + index) % nodes.length];
        return connectSocket(node?.url ?? '');
      });
      return { name, sockets: await Promise.all(sockets) };
    }),
  );
  // Everybody is there before anybody asks.
  const verdicts = await Promise.all(
    rooms.map(async ({ name, sockets }) => {
      const answers = await Promise.all(sockets.map((socket) => insist(socket, name)));
      const again = answers.reduce((sum, { times }) => sum + times - 1, 0);
      return { verdict: count(answers.map(({ word }) => word)), again };
    }),
  );
  for (const socket of rooms.flatMap(({ sockets }) => sockets)) socket.disconnect();
  return verdicts;
}

/** Asks until the answer is another one than "try again". */
async function insist(socket: Socket, name: string): Promise<{ word: string; times: number }> {
  const cut = new Promise<{ status: 'cut off'; code?: undefined }>((resolve) => {
    socket.once('disconnect', () => resolve({ status: 'cut off' }));
  });
  for (let times = 1; ; times++) {
    const { status, code } = await Promise.race([ask(socket, name, {}), cut]);
    if (code !== 'unavailable') return { word: code ?? status, times };
  }
}

function count(words: readonly string[]): Verdict {
  const times = new Map<string, number>();
  for (const word of [...words].sort()) times.set(word, (times.get(word) ?? 0) + 1);
  return [...times].map(([word, number]) => `${number} ${word}`).join(', ');
}
