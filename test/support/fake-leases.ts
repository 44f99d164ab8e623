// Leases as Redis keeps them, on a clock that a test moves, and that falls silent when it is told to.
import type { NodeId } from '../../server/cluster/address.js';
import {
  leaseMs,
  type LeaseReading,
  type LeaseRecord,
  type Leases,
} from '../../server/cluster/lease-scripts.js';
import type { HeldClock } from './held-clock.js';

export interface FakeLeases extends Leases {
  /** Nothing is answered; what is asked is not done. */
  isSilent: boolean;
  /** What is asked is done, but not answered. */
  losesAnswers: boolean;
  /** With what everything is refused, if it is. */
  refusal: Error | undefined;
  /** The last outage of Redis, on its clock. */
  outage: LeaseReading['outage'];
  readonly records: Map<NodeId, LeaseRecord>;
  /** Questions so far. */
  readonly asked: number;
}

export function createFakeLeases(clock: HeldClock): FakeLeases {
  const records: FakeLeases['records'] = new Map();
  let asked = 0;

  /** Redis's clock goes its own way. */
  const now = (): number => 1_000_000 + clock.now();

  async function answer<Answer>(act: () => Answer): Promise<Answer> {
    asked++;
    if (fake.refusal) throw fake.refusal;
    const done = fake.isSilent ? undefined : act();
    if (!fake.isSilent && !fake.losesAnswers) return Promise.resolve(done as Answer);
    await new Promise<void>((resolve) => clock.after(800, resolve));
    throw new Error('Redis did not answer');
  }

  const fake: FakeLeases = {
    isSilent: false,
    losesAnswers: false,
    refusal: undefined,
    outage: { from: 0, to: 0 },
    records,
    get asked() {
      return asked;
    },
    begin: (node, known) =>
      answer(() => {
        const stored = records.get(node);
        if (stored && stored.epoch > known) return { epoch: stored.epoch, hasBegun: false };
        const before = Math.min(stored?.until ?? now(), now());
        records.set(node, { epoch: known + 1, until: now() + leaseMs, before });
        return { epoch: known + 1, hasBegun: true };
      }),
    renew: (node, epoch) =>
      answer(() => {
        const stored = records.get(node);
        if (stored?.epoch !== epoch || stored.until <= now()) return false;
        stored.until = now() + leaseMs;
        return true;
      }),
    end: (node, epoch) =>
      answer(() => {
        const stored = records.get(node);
        if (stored?.epoch === epoch) stored.until = Math.min(stored.until, now());
      }),
    read: (node) =>
      answer(() => {
        const stored = records.get(node);
        return { lease: stored && { ...stored }, now: now(), outage: fake.outage };
      }),
  };
  return fake;
}
