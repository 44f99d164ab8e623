// Exactly once and in order, between two ends over a server that keeps nothing: numbers, receipts, sending again.
// Pure: events and the time go in, effects come out. Leaves sockets, timers and promises to the post.
//
// Numbers count for a pair of incarnations, not for a connection: when a server restarts and forgets everything,
// both sides enter anew and go on where they were. What was for an incarnation that was replaced fails as
// `peer-gone`: nothing meant for the one who left reaches the one who came.
import { createInbox } from './inbox.js';
import { createOutbox, type MayGo, type OutboxLimits, type Parcel } from './outbox.js';
import type { Pace } from './pace.js';
import type { Receipt, SignalKind, SignalMeta } from '../../server/protocol/room-events.js';

export type Effect =
  | { do: 'write'; as: SignalKind; value: unknown; meta?: SignalMeta; isResent: boolean }
  | { do: 'acknowledge'; receipt: NumberReceipt }
  | { do: 'deliver'; as: SignalKind; value: unknown }
  /** A receipt is overdue: maybe the server is gone. */
  | { do: 'check' }
  | { do: 'settle'; id: number }
  | { do: 'fail'; id: number; reason: 'peer-gone' | 'overflow' | 'too-large' };

/** A receipt without the channel's name, which is the post's business. */
export type NumberReceipt = Omit<Receipt, 'channel'>;

/** The other side: its incarnation, if its client has one. */
export interface Peer {
  me?: string | undefined;
}

export interface Delivery {
  readonly pending: number;
  /** Whether the last one seen on the other side sends receipts. */
  readonly receipts: boolean;
  send(parcel: Parcel, now: number): Effect[];
  /** This side has entered: the connection is up, and this is the other side, or nobody. */
  enter(peer: Peer | null, isHere: boolean, now: number): Effect[];
  /** The other side is there. `isBack`: it may have missed what was written to it. */
  meet(peer: Peer, isBack: boolean, now: number): Effect[];
  /** The other side dropped and may come back. */
  awayIs(): void;
  /** The other side's seat is free. The same incarnation may come all the same; one without does not. */
  goneIs(): Effect[];
  /** This side's connection is down. */
  drop(): void;
  /** @param hasRoom false: nobody takes messages here just now; numbered ones will be sent again */
  take(as: SignalKind, value: unknown, meta: SignalMeta | undefined, hasRoom: boolean, now: number): Effect[];
  receipt(receipt: NumberReceipt, now: number): Effect[];
  /** Gives the receipt that it owes at once: this side is about to leave. */
  giveReceipt(): Effect[];
  /** The server takes nothing above a limit. */
  discard(isTooLarge: (parcel: Parcel, meta?: SignalMeta) => boolean, now: number): Effect[];
  /** The time at which `tick` wants to be called; undefined: not at all. */
  dueAt(): number | undefined;
  tick(now: number): Effect[];
}

/** A receipt that is overdue for this long makes everything go again; each time it waits twice as long, up to the most. */
const patienceMs = 2000;
const maxPatienceMs = 10_000;
/** Parcels on their way without receipt: enough for speed, few enough not to flood anybody after a drop. */
const windowParcels = 128;
/** So many arrived parcels are worth a receipt at once. */
const maxUnreceipted = windowParcels / 4;

/** @param pace of the connection; what is written here is counted by whoever sends it */
export function createDelivery(me: string, limits: OutboxLimits, pace: Pace): Delivery {
  const outbox = createOutbox(me, limits);
  const inbox = createInbox();
  let isUp = false;
  let isHere = false;
  let peer: Peer | null = null;
  /** Whom a receipt is owed, since when, and for how many. */
  let owed: { from: string; dueAt: number; count: number } | undefined;
  let overdueAt: number | undefined;
  /** More may be written then. */
  let pausedUntil: number | undefined;
  let patience = patienceMs;

  const canWrite = (): boolean => isUp && isHere && peer !== null;

  function failed(parcels: Parcel[], reason: 'peer-gone' | 'too-large'): Effect[] {
    return parcels.map(({ id }) => ({ do: 'fail', id, reason }));
  }

  function pause(): void {
    overdueAt = pausedUntil = undefined;
    outbox.pause();
  }

  function goneIs(): Effect[] {
    isHere = false;
    pause();
    return failed(outbox.keep(), 'peer-gone');
  }

  function mayGoAt(now: number): MayGo {
    const waitMs = pace.turns(now);
    return ({ bytes }) => {
      const ms = waitMs(bytes);
      if (ms > 0) pausedUntil = now + ms;
      return ms === 0;
    };
  }

  function writeMore(now: number): Effect[] {
    pausedUntil = undefined;
    if (!canWrite()) {
      overdueAt = undefined;
      return [];
    }
    if (peer?.me === undefined) return writeBare(now);
    const effects = outbox
      .write(windowParcels, mayGoAt(now))
      .map(({ as, value, meta, isResent }): Effect => ({ do: 'write', as, value, meta, isResent }));
    if (outbox.written === 0) overdueAt = undefined;
    else overdueAt ??= now + patience;
    return effects;
  }

  function writeBare(now: number): Effect[] {
    return outbox.writeBare(mayGoAt(now)).flatMap(({ id, as, value }): Effect[] => [
      { do: 'write', as, value, isResent: false },
      { do: 'settle', id },
    ]);
  }

  function writeAgain(now: number): Effect[] {
    outbox.rewind();
    overdueAt = undefined;
    return writeMore(now);
  }

  function turnTo(other: Peer): Effect[] {
    peer = other;
    return failed(other.me === undefined ? outbox.open() : outbox.address(other.me), 'peer-gone');
  }

  function owe(from: string, now: number): Effect[] {
    if (owed?.from !== from) owed = { from, dueAt: now + pace.receiptWaitMs, count: 0 };
    owed.count++;
    return owed.count >= maxUnreceipted ? payReceipt() : [];
  }

  function payReceipt(): Effect[] {
    if (owed === undefined) return [];
    const { from } = owed;
    owed = undefined;
    // To one who is not there it would be lost; that one sends again, and is told then.
    if (!canWrite()) return [];
    return [{ do: 'acknowledge', receipt: { upTo: inbox.upTo(from), from: me, to: from } }];
  }

  return {
    get pending() {
      return outbox.length;
    },
    get receipts() {
      return peer?.me !== undefined;
    },
    send(parcel, now) {
      if (!outbox.push(parcel)) return [{ do: 'fail', id: parcel.id, reason: 'overflow' }];
      return now < (pausedUntil ?? 0) ? [] : writeMore(now);
    },
    enter(other, here, now) {
      isUp = true;
      isHere = here;
      patience = patienceMs;
      return other === null ? goneIs() : [...turnTo(other), ...writeAgain(now)];
    },
    meet(other, isBack, now) {
      const isNews = isBack || !isHere || peer?.me !== other.me;
      isHere = true;
      patience = patienceMs;
      const lost = turnTo(other);
      return [...lost, ...(isNews ? writeAgain(now) : writeMore(now))];
    },
    awayIs() {
      isHere = false;
      pause();
    },
    goneIs,
    drop() {
      isUp = false;
      pause();
    },
    take(as, value, meta, hasRoom, now) {
      if (meta === undefined) return hasRoom ? [{ do: 'deliver', as, value }] : [];
      if (meta.to !== me) return [];
      const verdict = inbox.judge(meta.seq, meta.from);
      if (verdict === 'gap' || (verdict === 'next' && !hasRoom)) return [];
      if (verdict === 'known') return owe(meta.from, now);
      inbox.advance(meta.from);
      return [{ do: 'deliver', as, value }, ...owe(meta.from, now)];
    },
    receipt({ upTo, from, to }, now) {
      const settled = outbox.settle(upTo, from, to);
      if (settled.length === 0) return [];
      patience = patienceMs;
      overdueAt = undefined;
      return [...settled.map(({ id }): Effect => ({ do: 'settle', id })), ...writeMore(now)];
    },
    giveReceipt: payReceipt,
    discard(isTooLarge, now) {
      const hopeless = outbox.discard(isTooLarge);
      return hopeless.length === 0 ? [] : [...failed(hopeless, 'too-large'), ...writeAgain(now)];
    },
    dueAt() {
      const dueAt = Math.min(owed?.dueAt ?? Infinity, overdueAt ?? Infinity, pausedUntil ?? Infinity);
      return dueAt === Infinity ? undefined : dueAt;
    },
    tick(now) {
      const effects = owed !== undefined && owed.dueAt <= now ? payReceipt() : [];
      if (overdueAt !== undefined && overdueAt <= now) {
        patience = Math.min(patience * 2, maxPatienceMs);
        return [...effects, { do: 'check' }, ...writeAgain(now)];
      }
      return pausedUntil !== undefined && pausedUntil <= now ? [...effects, ...writeMore(now)] : effects;
    },
  };
}
