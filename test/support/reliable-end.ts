// One end of a conversation over the reliable layer, without a connection, and a log of what it does.
import { createPace } from '../../client/reliable/pace.js';
import { createReceiver } from '../../client/reliable/receiver.js';
import { createSender } from '../../client/reliable/sender.js';
import type { Sink } from '../../client/reliable/outbox.js';
import type { ChannelFailure } from '../../client/transport/channel-failure.js';
import { createHeldClock, settle } from './held-clock.js';

/** Ann's end of a conversation, and a log of what it does: `m1 #1 ann>bob`, `receipt 2 ann>bob`, `m1 arrived`. */
export function openEnd(limits = { maxMessages: 1000, maxBytes: 100_000 }) {
  const clock = createHeldClock();
  const pace = createPace();
  const log: string[] = [];
  let isAgain = '';
  let room = true;
  const sink: Sink = {
    addedDepth: 0,
    write(_as, value, meta) {
      log.push(
        `${JSON.stringify(value)} ${meta ? `#${meta.seq} ${meta.from}>${meta.to}` : 'bare'}${isAgain}`,
      );
      isAgain = '';
    },
    acknowledge: ({ upTo, from, to }) => log.push(`receipt ${upTo} ${from}>${to}`),
    isAbove: (maxBytes, { value }) => String(value).length > maxBytes,
    check: () => log.push('check'),
  };
  const trace = (): void => {
    isAgain = ' again';
  };
  const sender = createSender({ me: 'ann', clock, pace, sink, trace, limits });
  const receiver = createReceiver({
    me: 'ann',
    clock,
    pace,
    sink,
    sender,
    hasRoom: () => room,
    deliver: (as, value) => log.push(`${as} ${String(value)}`),
  });
  return {
    clock,
    pace,
    sender,
    send(value: unknown, isUrgent?: boolean) {
      const about = JSON.stringify(value);
      sender.send(value, 'message', isUrgent).then(
        () => log.push(`${about} arrived`),
        (failure: unknown) => log.push(`${about} failed: ${(failure as ChannelFailure).reason}`),
      );
    },
    take(seq: number, { from = 'bob', to = 'ann', hasRoom = true } = {}) {
      room = hasRoom;
      receiver.take('message', seq, { seq, from, to });
    },
    receiver,
    /** The receipt of the one that `from` says; everything up to this number. */
    receipt(upTo: number, from = 'bob', to = 'ann') {
      sender.receipt({ upTo, from, to });
    },
    /** What has been done since the last look. */
    async did(): Promise<string[]> {
      await settle();
      return log.splice(0);
    },
    /** What is done within the next so many ms. */
    async doesWithin(ms: number): Promise<string[]> {
      await clock.advance(ms);
      return log.splice(0);
    },
  };
}

export function openEndWithBob(limits?: { maxMessages: number; maxBytes: number }) {
  const end = openEnd(limits);
  end.sender.enter({ me: 'bob' }, true);
  return end;
}
