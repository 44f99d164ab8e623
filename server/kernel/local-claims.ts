// The claims of this node's connections by key: the only index of local connections.
import type { Claim } from './claim.js';

export interface LocalClaims<View extends object> {
  /** The claim has another key now; undefined: none. */
  move(claim: Claim<View>, key: string | undefined, before: string | undefined): void;
  at(key: string): readonly Claim<View>[];
  keys(): string[];
  /** Those that have a key. */
  all(): Claim<View>[];
}

export function createLocalClaims<View extends object>(): LocalClaims<View> {
  const byKey = new Map<string, Set<Claim<View>>>();
  return {
    move(claim, key, before) {
      if (before !== undefined) {
        const claims = byKey.get(before);
        claims?.delete(claim);
        if (claims?.size === 0) byKey.delete(before);
      }
      if (key === undefined) return;
      const claims = byKey.get(key);
      if (claims) claims.add(claim);
      else byKey.set(key, new Set([claim]));
    },
    at: (key) => [...(byKey.get(key) ?? [])],
    keys: () => [...byKey.keys()],
    all: () => [...byKey.values()].flatMap((claims) => [...claims]),
  };
}
