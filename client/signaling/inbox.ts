// What has arrived from each incarnation of the other side, so that nothing is taken twice or out of order. Pure.

/** `gap`: something before it is missing; the sender will send both again, in order. */
export type Verdict = 'next' | 'known' | 'gap';

export interface Inbox {
  judge(seq: number, from: string): Verdict;
  /** The number up to which everything from this incarnation has arrived. */
  upTo(from: string): number;
  /** The next one from this incarnation is taken. */
  advance(from: string): void;
}

/** Incarnations to remember: one may come back after others. Each costs some 100 bytes. */
const maxSenders = 1000;

export function createInbox(): Inbox {
  const arrived = new Map<string, number>();
  const upTo = (from: string): number => arrived.get(from) ?? 0;
  return {
    upTo,
    judge(seq, from) {
      const last = upTo(from);
      if (seq <= last) return 'known';
      return seq === last + 1 ? 'next' : 'gap';
    },
    advance(from) {
      const last = upTo(from);
      // Taken out and put back, so that the map's order is the order of last use.
      arrived.delete(from);
      arrived.set(from, last + 1);
      const [oldest] = arrived.keys();
      if (arrived.size > maxSenders && oldest !== undefined) arrived.delete(oldest);
    },
  };
}
