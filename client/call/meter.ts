// Reads the stats of a call's connection, and tells when its route changes.
import { readStats, type CallStats, type Route } from './call-stats.js';

export interface Meter {
  readonly route: Route | undefined;
  /** Without a connection: nothing can be known. */
  read(connection: RTCPeerConnection | undefined): Promise<CallStats>;
  /** What somebody else has read of the same connection: for the route only. */
  see(report: ReadonlyMap<string, unknown>): void;
  /** The connection is no more. */
  forget(connection: RTCPeerConnection): void;
}

export function createMeter(onRoute: (route: Route | undefined) => void): Meter {
  let last: CallStats | undefined;
  let route: Route | undefined;
  let measured: RTCPeerConnection | undefined;

  function setRoute(now: Route | undefined): void {
    if (route === now) return;
    route = now;
    onRoute(now);
  }

  return {
    get route() {
      return route;
    },
    async read(connection) {
      if (!connection) return { atMs: 0 };
      if (connection !== measured) last = undefined;
      measured = connection;
      const report = await connection.getStats();
      const stats = readStats(report, last);
      if (measured !== connection || connection.connectionState === 'closed') return stats;
      last = stats;
      setRoute(stats.route ?? route);
      return stats;
    },
    see(report) {
      setRoute(readStats(report).route ?? route);
    },
    forget(connection) {
      if (measured === connection) measured = undefined;
      setRoute(undefined);
    },
  };
}
