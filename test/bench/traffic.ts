// Sends numbered messages over routes and compares what arrives: every message, in order, whole. A difference rejects, and fails the run.
import { createNumberedFrames, createNumberedText } from './numbered-text.js';
import type { WireClient } from './wire-client.js';

/** From one client to another: what the one says, and what the other hears, for a payload of JSON. */
export interface Route {
  from: WireClient;
  to: WireClient;
  sent: (payload: string) => string;
  received: (payload: string) => string;
}

export interface Traffic {
  payload: string;
  /** Messages on each route. */
  count: number;
}

/**
 * Resolves when all messages of all routes have arrived. Each client may be the end of one route.
 * @param window so many may be under way on one route: each next one is sent when one has arrived
 */
export function relayAll(routes: readonly Route[], traffic: Traffic, window: number): Promise<void> {
  return untilAllArrived(routes.length * traffic.count, (arrive, fail) => {
    for (const route of routes) {
      const lane = createLane(
        route,
        traffic,
        window,
        () => {
          lane.send();
          arrive();
        },
        fail,
      );
      for (let number = 0; number < window; number++) lane.send();
    }
  });
}

/** As `relayAll`, but the two of a pair take turns: each answers what has arrived. */
export function relayInTurn(pairs: readonly [Route, Route][], traffic: Traffic): Promise<void> {
  return untilAllArrived(2 * pairs.length * traffic.count, (arrive, fail) => {
    for (const [there, back] of pairs) {
      const asks = createLane(
        there,
        traffic,
        1,
        () => {
          answers.send();
          arrive();
        },
        fail,
      );
      const answers = createLane(
        back,
        traffic,
        1,
        () => {
          asks.send();
          arrive();
        },
        fail,
      );
      asks.send();
    }
  });
}

const stalledAfterMs = 10_000;

async function untilAllArrived(
  total: number,
  start: (arrive: () => void, fail: (cause: Error) => void) => void,
): Promise<void> {
  let arrived = 0;
  let before = -1;
  let stall: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stall = setInterval(() => {
        if (arrived === before) {
          reject(new Error(`After ${arrived} of ${total} messages none arrived for ${stalledAfterMs} ms.`));
        }
        before = arrived;
      }, stalledAfterMs);
      start(() => {
        arrived++;
        if (arrived === total) resolve();
      }, reject);
    });
  } finally {
    clearInterval(stall);
  }
}

interface Lane {
  /** The next message, unless all have been sent. */
  send(): void;
}

function createLane(
  route: Route,
  { payload, count }: Traffic,
  window: number,
  onArrived: () => void,
  fail: (cause: Error) => void,
): Lane {
  const frames = createNumberedFrames(route.sent(payload), window);
  const expected = createNumberedText(route.received(payload));
  let sent = 0;
  let heard = 0;
  route.to.hear((bytes, start, end) => {
    // The listener stays when all have arrived: one more is an uncaught error then.
    if (heard === count) throw difference('nothing more', bytes.subarray(start, end));
    const wanted = expected.withNumber(heard);
    if (wanted.compare(bytes, start, end) !== 0) return fail(difference(wanted, bytes.subarray(start, end)));
    heard++;
    onArrived();
  });
  return {
    send() {
      if (sent < count) route.from.write(frames.withNumber(sent++));
    },
  };
}

export interface Rate {
  count: number;
  everyMs: number;
}

/** At most so many may be under way. */
const maxUnderWay = 64;

/** Sends at a fixed rate. Resolves with the time of each message from end to end, in µs of this process's clock. */
export function latenciesOf(route: Route, payload: string, { count, everyMs }: Rate): Promise<number[]> {
  const frames = createNumberedFrames(route.sent(payload), maxUnderWay);
  const expected = createNumberedText(route.received(payload));
  const sentAt: number[] = [];
  const took: number[] = [];
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      if (sentAt.length === count) return;
      if (sentAt.length - took.length === maxUnderWay)
        fail(new Error(`${maxUnderWay} messages wait for an answer.`));
      const frame = frames.withNumber(sentAt.length);
      sentAt.push(performance.now());
      route.from.write(frame);
    }, everyMs);
    function fail(cause: Error): void {
      clearInterval(timer);
      reject(cause);
    }
    route.to.hear((bytes, start, end) => {
      const now = performance.now();
      const number = took.length;
      if (number === count) throw difference('nothing more', bytes.subarray(start, end));
      const wanted = expected.withNumber(number);
      if (wanted.compare(bytes, start, end) !== 0)
        return fail(difference(wanted, bytes.subarray(start, end)));
      took.push((now - (sentAt[number] ?? now)) * 1000);
      if (took.length < count) return;
      clearInterval(timer);
      resolve(took);
    });
  });
}

function difference(expected: Buffer | string, received: Buffer): Error {
  const shown = (bytes: Buffer | string): string => bytes.toString().slice(0, 200);
  return new Error(
    `A message was lost, changed, doubled or out of order.\nExpected: ${shown(expected)}\nReceived: ${shown(received)}`,
  );
}
