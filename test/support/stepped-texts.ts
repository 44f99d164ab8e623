// The two steps of a decision, without Redis: each waits until the test lets it happen, so that every order can be tried.
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import type { RoomTexts, StoredText } from '../../server/rooms/room-scripts.js';

/** What the scripts do, with a clock that goes on by 1 ms at each look. */
export interface PlainTexts extends RoomTexts {
  /** The record runs out, unless somebody has replaced it since. */
  expire(channel: ChannelName, text: string): void;
  get(channel: ChannelName): string;
  /** Every text that was ever written. */
  readonly written: readonly string[];
}

export function createPlainTexts(startUs: number, initial: ReadonlyMap<ChannelName, string>): PlainTexts {
  const texts = new Map(initial);
  const written: string[] = [];
  let nowUs = startUs;
  const look = (channel: ChannelName): StoredText => ({
    text: texts.get(channel) ?? '',
    nowUs: (nowUs += 1000),
  });
  return {
    read: (channel) => Promise.resolve(look(channel)),
    replace(channel, text, next) {
      const stored = look(channel);
      if (stored.text !== text) return Promise.resolve(stored);
      texts.set(channel, next);
      written.push(next);
      return Promise.resolve(undefined);
    },
    expire(channel, text) {
      if (texts.get(channel) === text) texts.delete(channel);
    },
    get: (channel) => texts.get(channel) ?? '',
    written,
  };
}

/** One thing that can happen next. */
export interface PossibleStep {
  name: string;
  take: () => void;
}

export interface Steps {
  /** A way to the same texts whose steps wait. @param mayLose its answers can be lost, each in its own step */
  way(name: string, mayLose?: boolean): RoomTexts;
  /** What can happen now, in a fixed order. */
  possible(): PossibleStep[];
}

export function createSteps(texts: RoomTexts): Steps {
  const waiting = new Map<string, PossibleStep[]>();

  function gated<Answer>(name: string, step: string, mayLose: boolean, run: () => Promise<Answer>) {
    return new Promise<Answer>((resolve, reject) => {
      const done = (): void => {
        waiting.delete(name);
      };
      const steps: PossibleStep[] = [
        {
          name: `${name} ${step}`,
          take() {
            done();
            run().then(resolve, reject);
          },
        },
      ];
      if (mayLose) {
        steps.push({
          name: `${name} ${step}, unanswered`,
          take() {
            done();
            run().then(() => reject(new Error('unanswered')), reject);
          },
        });
      }
      waiting.set(name, steps);
    });
  }

  return {
    way(name, mayLose = false) {
      let isLost = !mayLose;
      return {
        read: (...args) => gated(name, 'reads', false, () => texts.read(...args)),
        replace(...args) {
          const can = !isLost;
          isLost = true;
          return gated(name, 'writes', can, () => texts.replace(...args));
        },
      };
    },
    possible: () => [...waiting.keys()].sort().flatMap((name) => waiting.get(name) ?? []),
  };
}

/**
 * Runs a scene once for each order in which its steps can happen.
 *
 * @param begin starts the scene anew: `possible` says what can happen now, none when it is over
 * @returns how many orders there are
 */
export async function tryEveryOrder(
  begin: () => { possible: () => PossibleStep[]; check: (order: string[]) => Promise<void> },
): Promise<number> {
  let choices: number[] = [];
  for (let runs = 1; ; runs++) {
    const { possible, check } = begin();
    const widths: number[] = [];
    const order: string[] = [];
    await settle();
    for (let steps = possible(); steps.length > 0; steps = possible()) {
      const choice = choices[widths.length] ?? 0;
      widths.push(steps.length);
      const step = steps[choice];
      if (!step) throw new Error('a scene that was the same went another way');
      order.push(step.name);
      step.take();
      await settle();
    }
    await check(order);
    const next = widths.map((_, index) => choices[index] ?? 0);
    while (next.length > 0 && (next.at(-1) ?? 0) + 1 >= (widths[next.length - 1] ?? 0)) next.pop();
    if (next.length === 0) return runs;
    next[next.length - 1] = (next.at(-1) ?? 0) + 1;
    choices = next;
  }
}

/** Everything that waits for promises goes on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
