// Runs the delivery: keeps the promises of those who send, sets the timer, and does what the delivery decides.
import type { ChannelFailureReason } from './channel-failure.js';
import { ChannelFailure } from './channel-failure.js';
import type { Clock } from './clock.js';
import { createDelivery, type Effect, type NumberReceipt, type Peer } from './delivery.js';
import type { Pace } from './pace.js';
import { isAbove, pack, type Wrap } from './pack.js';
import type { SignalKind, SignalMeta } from '../../server/protocol/room-events.js';

export interface PostParts {
  /** This side's incarnation. */
  me: string;
  clock: Clock;
  pace: Pace;
  write: (as: SignalKind, value: unknown, meta: SignalMeta | undefined, isResent: boolean) => void;
  acknowledge: (receipt: NumberReceipt) => void;
  deliver: (as: SignalKind, value: unknown) => void;
  /** A receipt is overdue: have a look whether the server is there. */
  check: () => void;
  /** What values travel in, if the server measures that. */
  wrap?: Wrap | undefined;
}

export interface Post {
  readonly receipts: boolean;
  send(value: unknown, as: SignalKind): Promise<void>;
  /** Resolves when nothing waits for a receipt, or when the time is over. */
  settled(withinMs: number): Promise<void>;
  enter(peer: Peer | null, isHere: boolean): void;
  meet(peer: Peer, isBack: boolean): void;
  awayIs(): void;
  goneIs(): void;
  drop(): void;
  take(as: SignalKind, value: unknown, meta: SignalMeta | undefined, hasRoom: boolean): void;
  receipt(receipt: NumberReceipt): void;
  /** Gives the receipt that it owes at once: this side is about to leave. */
  giveReceipt(): void;
  /** The server refuses values above this many bytes. */
  limit(bytes: number, message: string): void;
  /** Nothing more goes out; all who wait are told why. */
  close(failure: ChannelFailure): void;
}

/** Enough for a loop without pauses, which takes minutes at the rate that a server allows. */
const limits = { maxParcels: 200_000, maxBytes: 32 * 1024 * 1024 };

interface Sender {
  resolve: () => void;
  reject: (failure: ChannelFailure) => void;
}

export function createPost(parts: PostParts): Post {
  const { clock, write, acknowledge, deliver, check, wrap } = parts;
  const delivery = createDelivery(parts.me, limits, parts.pace);
  const senders = new Map<number, Sender>();
  const idle = new Set<() => void>();
  let lastId = 0;
  let serverLimit: { bytes: number; message: string } | undefined;
  let over: ChannelFailure | undefined;
  let timer: { dueAt: number; callOff: () => void } | undefined;

  function run(effects: Effect[]): void {
    for (const effect of effects) perform(effect);
    setTimer();
    if (senders.size > 0) return;
    for (const resolve of idle) resolve();
    idle.clear();
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'write':
        write(effect.as, effect.value, effect.meta, effect.isResent);
        return;
      case 'acknowledge':
        acknowledge(effect.receipt);
        return;
      case 'deliver':
        deliver(effect.as, effect.value);
        return;
      case 'check':
        check();
        return;
      case 'settle':
        takeSender(effect.id)?.resolve();
        return;
      case 'fail':
        takeSender(effect.id)?.reject(failureFor(effect.reason));
    }
  }

  function failureFor(reason: ChannelFailureReason): ChannelFailure {
    if (reason !== 'too-large' || serverLimit === undefined) return new ChannelFailure(reason);
    return new ChannelFailure(reason, { message: serverLimit.message, limit: serverLimit.bytes });
  }

  function takeSender(id: number): Sender | undefined {
    const sender = senders.get(id);
    senders.delete(id);
    return sender;
  }

  function setTimer(): void {
    const dueAt = over === undefined ? delivery.dueAt() : undefined;
    if (dueAt === timer?.dueAt) return;
    timer?.callOff();
    timer = undefined;
    if (dueAt === undefined) return;
    const callOff = clock.after(Math.max(0, dueAt - clock.now()), () => {
      timer = undefined;
      // A timer may come a fraction of a millisecond early.
      run(delivery.tick(Math.max(dueAt, clock.now())));
    });
    timer = { dueAt, callOff };
  }

  return {
    get receipts() {
      return delivery.receipts;
    },
    send(value, as) {
      const sent = new Promise<void>((resolve, reject) => {
        const parcel = over ?? pack(++lastId, value, as, wrap);
        if (parcel instanceof ChannelFailure) {
          reject(parcel);
          return;
        }
        if (serverLimit !== undefined && isAbove(serverLimit.bytes, parcel)) {
          reject(failureFor('too-large'));
          return;
        }
        senders.set(parcel.id, { resolve, reject });
        run(delivery.send(parcel, clock.now()));
      });
      // A program that does not wait for its message must not end because of it.
      sent.catch(() => {});
      return sent;
    },
    settled(withinMs) {
      if (senders.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const callOff = clock.after(withinMs, resolve);
        idle.add(() => {
          callOff();
          resolve();
        });
      });
    },
    enter(peer, isHere) {
      run(delivery.enter(peer, isHere, clock.now()));
    },
    meet(peer, isBack) {
      run(delivery.meet(peer, isBack, clock.now()));
    },
    awayIs() {
      delivery.awayIs();
      setTimer();
    },
    goneIs() {
      run(delivery.goneIs());
    },
    drop() {
      delivery.drop();
      setTimer();
    },
    take(as, value, meta, hasRoom) {
      run(delivery.take(as, value, meta, hasRoom, clock.now()));
    },
    receipt(receipt) {
      run(delivery.receipt(receipt, clock.now()));
    },
    giveReceipt() {
      run(delivery.giveReceipt());
    },
    limit(bytes, message) {
      serverLimit = { bytes, message };
      run(delivery.discard((parcel, meta) => isAbove(bytes, parcel, wrap, meta), clock.now()));
    },
    close(failure) {
      over ??= failure;
      for (const [id, { reject }] of senders) {
        senders.delete(id);
        reject(over);
      }
      run([]);
    },
  };
}
