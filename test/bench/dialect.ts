// How the load generator speaks to one kind of server: what a connection says to wait, to be paired, and to talk.
import type { Route } from './traffic.js';
import type { WireClient } from './wire-client.js';

/** Where a server listens. */
export interface Ports {
  port: number;
  /** Where names are served; only parley has a port of its own for them. */
  callsPort?: number;
}

export interface Pair {
  ann: WireClient;
  bob: WireClient;
  name: string;
}

/**
 * What the two say to each other. `message`: what is sent most, in both directions. `negotiation`: ann's offers and bob's answers inside
 * a call; a server of rooms has no such thing.
 */
export type Talk = 'message' | 'negotiation';

export interface Dialect {
  /** A connection that waits for its partner: alone in its room, or known under its name. */
  wait(ports: Ports, name: string): Promise<WireClient>;
  /** Resolves when both know that they can talk. */
  pair(annsPorts: Ports, bobsPorts: Ports, name: string): Promise<Pair>;
  /** From ann to bob and from bob to ann. */
  routes(pair: Pair, talk: Talk): [Route, Route];
  /** What a client says at every heartbeat where it is the client that pings. */
  heartbeat?: string;
}

/** Both directions say the same. */
export function bothWays(
  { ann, bob }: Pair,
  sent: (payload: string) => string,
  received: (payload: string) => string,
): [Route, Route] {
  return [
    { from: ann, to: bob, sent, received },
    { from: bob, to: ann, sent, received },
  ];
}
