// The faults of a storm: each breaks something, lasts for its time, and leaves the way clear again.
import { setTimeout as pause } from 'node:timers/promises';
import type { Direction, FaultProxy, Path } from '../support/fault-proxy.js';
import type { ServerProcess } from '../support/server-process.js';
import type { Chance } from '../support/chance.js';

/** What a storm can break: the way of each client, and the server. */
export interface Target {
  ways: readonly [FaultProxy, ...FaultProxy[]];
  server: ServerProcess;
}

export type Fault = (target: Target, chance: Chance) => void | Promise<void>;

const directions = ['to server', 'to client', 'both'] as const satisfies readonly Direction[];

/** Longer than the library takes to find out that its server is silent. */
const longSilenceMs = 3500;
const shortSilenceMs = 400;

/** Cuts: by FIN, by RST, of one half, and of a path that has already gone silent. */
export const cuts = {
  'cut (FIN)': onWay((paths) => {
    for (const path of paths) path.end();
  }),
  'cut (RST)': onWay((paths) => {
    for (const path of paths) path.reset();
  }),
  'half-close': onWay((paths, chance) => {
    const half = chance.pick<'to server' | 'to client'>(['to server', 'to client']);
    for (const path of paths) path.halfClose(half);
  }),
  'silence, then RST': onWay(async (paths, chance) => {
    const direction = chance.pick(directions);
    for (const path of paths) path.silence(direction);
    await pause(chance.whole(0, shortSilenceMs));
    for (const path of paths) path.reset();
  }),
  'cut both': ({ ways }, chance) => {
    for (const path of ways.flatMap((way) => way.paths())) {
      if (chance.oneIn(2)) path.end();
      else path.reset();
    }
  },
  'cut, and refused for a while': async ({ ways }, chance) => {
    const way = chance.pick(ways);
    way.welcome = 'refuse';
    for (const path of way.paths()) path.reset();
    await pause(chance.whole(50, shortSilenceMs));
    way.welcome = 'carry';
  },
} as const satisfies Record<string, Fault>;

/** Everything else that networks and servers do. */
export const troubles = {
  'short silence': onWay(async (paths, chance) => {
    const direction = chance.pick(directions);
    for (const path of paths) path.silence(direction);
    await pause(chance.whole(50, shortSilenceMs));
    for (const path of paths) path.heal();
  }),
  'long silence': onWay(async (paths, chance) => {
    const direction = chance.pick(directions);
    for (const path of paths) path.silence(direction);
    await pause(longSilenceMs);
    // By now the client is on another path; what this one still holds comes late.
    for (const path of paths) path.heal();
  }),
  'silent for whoever comes': async ({ ways }, chance) => {
    const way = chance.pick(ways);
    way.welcome = 'swallow';
    for (const path of way.paths()) path.reset();
    await pause(chance.whole(50, shortSilenceMs));
    way.welcome = 'carry';
    for (const path of way.paths()) path.heal();
  },
  delay: onWay(async (paths, chance) => {
    const ms = chance.whole(20, 200);
    for (const path of paths) path.delay(ms);
    await pause(chance.whole(100, shortSilenceMs));
    for (const path of paths) path.heal();
  }),
  'server frozen (SIGSTOP)': async ({ server }, chance) => {
    server.freeze();
    await pause(chance.whole(50, 800));
    server.thaw();
  },
  'server killed (SIGKILL)': async ({ server }) => {
    await server.kill();
    await server.startAgain();
  },
  'server stopped (SIGTERM)': async ({ server }) => {
    await server.stop();
    await server.startAgain();
  },
} as const satisfies Record<string, Fault>;

/** A fault of one client's way: of all its paths, since long-polling has several, or for a moment none. */
function onWay(fault: (paths: Path[], chance: Chance) => void | Promise<void>): Fault {
  return ({ ways }, chance) => fault(chance.pick(ways).paths(), chance);
}
