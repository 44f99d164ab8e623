// People who come to a few channels of a cluster and go again, in every way, on whatever node, some with a secret and some
// without, and talk to whom they meet. A seat watch notes what they hear.
import { setTimeout as pause } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import type { ClusterNode } from '../support/cluster.js';
import { createChance, type Chance } from '../support/chance.js';
import { ask, newSecret, startSocket } from '../support/seat-client.js';
import { createSeatWatch, type SeatWatch, type Sitting } from './seat-watch.js';

export interface Crowd {
  readonly watch: SeatWatch;
  /** How many were told "full". */
  readonly turnedAway: number;
  /** How many messages they have heard. */
  readonly heard: number;
  /** Asks a node that is ready again, on every connection that it still has; resolves when all have answered. */
  askAll(node: ClusterNode): Promise<void>;
  /** Nobody comes any more; resolves when everybody has left. */
  goHome(): Promise<void>;
}

export interface CrowdSettings {
  nodes: readonly ClusterNode[];
  rooms: number;
  /** So many want to be in each room. */
  wanting: number;
}

const connectWithinMs = 1000;
const answerWithinMs = 3000;
const sayEveryMs = 100;

export function gatherCrowd({ nodes, rooms, wanting }: CrowdSettings): Crowd {
  const watch = createSeatWatch();
  const sitters = new Map<Socket, { node: ClusterNode; sitting: Sitting }>();
  const state = { isOver: false, turnedAway: 0, heard: 0 };

  async function comeAndGo(room: string, who: string): Promise<void> {
    const chance = createChance(`crowd ${who}`);
    const secret = newSecret();
    while (!state.isOver) {
      await visit(room, who, secret, chance);
      // Some stay away longer than their seat is kept.
      await pause(chance.oneIn(20) ? chance.whole(1000, 8000) : chance.whole(20, 150));
    }
  }

  async function visit(room: string, who: string, secret: string, chance: Chance): Promise<void> {
    const [first, ...others] = nodes;
    if (!first) return;
    const node = chance.pick([first, ...others]);
    const socket = await connectTo(node);
    if (!socket) return;
    const sitting = watch.asks(room, who, node.name);
    const ended = follow(socket, sitting);
    const options = chance.oneIn(2) ? {} : { resume: true, seat: secret };
    const answer = await Promise.race([ask(socket, room, options), ended, pause(answerWithinMs)]);
    if (answer === undefined || answer.status === 'refused') {
      // What was asked may have been granted all the same.
      sitting.ends();
    } else if (answer.status === 'full') {
      state.turnedAway++;
      sitting.isTurnedAway();
    } else {
      sitters.set(socket, { node, sitting });
      sitting.sits();
      await stay(socket, sitting, ended, chance);
      leave(socket, room, sitting, chance);
      sitters.delete(socket);
    }
    socket.disconnect();
  }

  /** Talks until it has had enough, or is cut off. */
  async function stay(
    socket: Socket,
    { sign }: Sitting,
    ended: Promise<void>,
    chance: Chance,
  ): Promise<void> {
    // Some have patience with a node that says nothing, for longer than it keeps its lease.
    const untilMs =
      performance.now() + (chance.oneIn(8) ? chance.whole(6000, 15_000) : chance.whole(100, 1500));
    while (socket.connected && performance.now() < untilMs && !state.isOver) {
      socket.emit('message', { sign, sentAtMs: performance.now() });
      await Promise.race([pause(sayEveryMs), ended]);
    }
  }

  function follow(socket: Socket, sitting: Sitting): Promise<void> {
    socket.on('message', ({ sign, sentAtMs }: { sign: string; sentAtMs: number }) => {
      state.heard++;
      sitting.hears(sign, sentAtMs);
    });
    socket.on('peer away', sitting.losesSight);
    socket.on('peer gone', sitting.losesSight);
    socket.on('taken-over', sitting.ends);
    socket.on('Bye', () => {
      sitting.ends();
      socket.emit('Ack');
    });
    return new Promise((resolve) => {
      socket.once('disconnect', () => {
        sitting.ends();
        resolve();
      });
    });
  }

  const everybody = Array.from({ length: rooms * wanting }, (_, number) =>
    comeAndGo(`room-${number % rooms}`, `guest-${number}`),
  );
  return {
    watch,
    get turnedAway() {
      return state.turnedAway;
    },
    get heard() {
      return state.heard;
    },
    async askAll(node) {
      const there = [...sitters].filter(([, sitter]) => sitter.node === node);
      const answers = there.map(async ([socket, { sitting }]) => {
        const ended = new Promise<boolean>((resolve) => socket.once('disconnect', () => resolve(false)));
        const served = socket
          .timeout(answerWithinMs)
          .emitWithAck('check')
          .then(
            () => true,
            () => false,
          );
        if (socket.connected && (await Promise.race([served, ended]))) sitting.isServed();
      });
      await Promise.all(answers);
    },
    async goHome() {
      state.isOver = true;
      await Promise.all(everybody);
    },
  };
}

function leave(socket: Socket, room: string, sitting: Sitting, chance: Chance): void {
  const way = chance.pick(['Bye', 'disconnect', 'cut']);
  sitting.ends();
  if (way === 'Bye') socket.emit('Bye', room);
  if (way === 'cut') socket.io.engine.close();
}

/** @returns nothing when the node does not answer in time: it is dead, or stopped */
async function connectTo(node: ClusterNode): Promise<Socket | undefined> {
  const socket = startSocket(node.url);
  const isOpen = await Promise.race([
    new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('connect_error', () => resolve(false));
    }),
    pause(connectWithinMs, false),
  ]);
  if (isOpen) return socket;
  socket.disconnect();
  return undefined;
}
