// A token bucket for each address, for what the clients of one address may do in a second together. Their number has a
// bound.
import { TokenBuckets } from './token-buckets.js';

/** Of these buckets there are two generations. When the newer one is full, the older one is forgotten: full again. */
const maxInGeneration = 32_768;

export class AddressBuckets {
  private newer = new Map<string, TokenBuckets>();
  private older = new Map<string, TokenBuckets>();
  private readonly perSecond: number;
  private readonly clock: (() => number) | undefined;

  /** @param perSecond four times as many at once; 0: any number */
  constructor(perSecond: number, clock?: () => number) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** How many there are. */
  get size(): number {
    return this.newer.size + this.older.size;
  }

  /** @param address undefined: not known, and not counted */
  take(address: string | undefined): void {
    if (address === undefined || this.perSecond === 0) return;
    const bucket = this.find(address) ?? new TokenBuckets({ events: this.perSecond, bytes: 0 }, this.clock);
    bucket.take(0);
    this.older.delete(address);
    this.newer.set(address, bucket);
    if (this.newer.size < maxInGeneration) return;
    this.older = this.newer;
    this.newer = new Map();
  }

  /** Milliseconds until one may be taken; 0: now. */
  msUntil(address: string | undefined): number {
    return address === undefined ? 0 : (this.find(address)?.msUntil(1) ?? 0);
  }

  private find(address: string): TokenBuckets | undefined {
    return this.newer.get(address) ?? this.older.get(address);
  }
}
