// The rate limit of a long-polling connection: a POST waits until the share of its connection has recovered. [R34]
import type { Socket as EngineSocket } from 'engine.io';
import { refusals } from '../protocol/refusals.js';
import type { Scheduler } from '../timing/scheduler.js';
import { refuse } from './connection-limits.js';
import { hasLimit, maxPauseMs, TokenBuckets, type Rate } from './throttle.js';

export interface PollingPace {
  watch(connection: EngineSocket): void;
  /** Begins a request of this session now, or when it may. */
  begin(sid: string, request: () => void): void;
}

interface Share {
  connection: EngineSocket;
  buckets: TokenBuckets;
  isWaiting: boolean;
}

export function createPollingPace(rate: Rate, scheduler: Scheduler): PollingPace {
  const shares = new Map<string, Share>();

  function begin(sid: string, request: () => void): void {
    // Engine.IO, too, closes a connection that sends a request before the last one is answered.
    if (shares.get(sid)?.isWaiting) shares.get(sid)?.connection.close(true);
    const share = shares.get(sid);
    const waitMs = share?.buckets.msUntil(1) ?? 0;
    if (!share || waitMs <= 0) {
      request();
      return;
    }
    share.isWaiting = true;
    scheduler.after(Math.min(waitMs, maxPauseMs), () => {
      share.isWaiting = false;
      begin(sid, request);
    });
  }

  return {
    watch(connection) {
      if (!hasLimit(rate)) return;
      // The types call it private; it is the `sid` of every request.
      const sid = String(Reflect.get(connection, 'id'));
      const buckets = new TokenBuckets(rate);
      shares.set(sid, { connection, buckets, isWaiting: false });
      connection.once('close', () => shares.delete(sid));
      connection.on('packet', ({ data }: { data?: unknown }) => {
        if (connection.transport.name !== 'polling') return;
        buckets.spend(typeof data === 'string' ? data.length : 0);
        if (!buckets.isOverdrawn) return;
        refuse(connection, refusals.tooFast(rate.events));
        connection.close(true);
      });
    },
    begin,
  };
}
