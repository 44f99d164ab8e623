// Takes what arrives exactly once and in order, and gives receipts for it. Leaves to the channel what a message means.
import type { SignalKind, SignalMeta } from '../../server/protocol/room-events.js';
import type { Clock } from '../transport/clock.js';
import type { Pace } from './pace.js';
import { windowMessages, type Sender } from './sender.js';
import type { Sink } from './outbox.js';

export interface ReceiverParts {
  /** The client instance id of this side. */
  me: string;
  clock: Clock;
  pace: Pick<Pace, 'receiptWaitMs'>;
  sink: Pick<Sink, 'acknowledge'>;
  sender: Pick<Sender, 'canWrite'>;
  /** False: nothing takes messages here just now; numbered ones will be sent again. */
  hasRoom: () => boolean;
  deliver: (as: SignalKind, value: unknown) => void;
}

export interface Receiver {
  take(as: SignalKind, value: unknown, meta: SignalMeta | undefined): void;
  /** Gives the receipt that is owed at once: this side is about to leave. */
  giveReceipt(): void;
}

/** Client instances to remember: one may come back after others. Each costs some 100 bytes. */
const maxInstances = 1000;

/** So many arrived messages are worth a receipt at once. */
const maxUnreceipted = windowMessages / 4;

export function createReceiver(parts: ReceiverParts): Receiver {
  const { me, clock, pace, sink, sender, hasRoom, deliver } = parts;
  /** The number up to which everything has arrived, by client instance; the one that sent last stands last. */
  const arrived = new Map<string, number>();
  /** To which instance a receipt is owed, and for how many messages. */
  let owed: { from: string; count: number; cancel: () => void } | undefined;

  function advance(from: string, seq: number): void {
    arrived.delete(from);
    arrived.set(from, seq);
    const [oldest] = arrived.keys();
    if (arrived.size > maxInstances && oldest !== undefined) arrived.delete(oldest);
  }

  function owe(from: string): void {
    if (owed?.from !== from) {
      owed?.cancel();
      owed = { from, count: 0, cancel: clock.after(pace.receiptWaitMs, giveReceipt) };
    }
    owed.count++;
  }

  function giveReceipt(): void {
    if (owed === undefined) return;
    const { from, cancel } = owed;
    cancel();
    owed = undefined;
    // To a peer that is not there it would be lost; that one sends again, and gets one then.
    if (sender.canWrite()) sink.acknowledge({ upTo: arrived.get(from) ?? 0, from: me, to: from });
  }

  return {
    take(as, value, meta) {
      if (meta === undefined) {
        if (hasRoom()) deliver(as, value);
        return;
      }
      const { seq, from, to } = meta;
      const next = (arrived.get(from) ?? 0) + 1;
      // Behind a gap: the sender will send both again, in order.
      if (to !== me || seq > next || (seq === next && !hasRoom())) return;
      owe(from);
      if (seq === next) {
        advance(from, seq);
        deliver(as, value);
      }
      if (owed !== undefined && owed.count >= maxUnreceipted) giveReceipt();
    },
    giveReceipt,
  };
}
