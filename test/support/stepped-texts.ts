// The two steps of a transaction, without Redis: each waits until the test lets it happen, so that every order can be
// tried.
import type { ReadTexts, RecordTexts } from '../../server/kernel/record-scripts.js';

/** What the scripts do, with a clock that goes on by 1 ms at each look. */
export interface PlainTexts extends RecordTexts {
  /** The record is forgotten, unless somebody has replaced it since. */
  expire(key: string, text: string): void;
  get(key: string): string;
  /** What was written, one map for each replacement. */
  readonly written: readonly ReadonlyMap<string, string>[];
}

export function createPlainTexts(startUs: number, initial: ReadonlyMap<string, string>): PlainTexts {
  const texts = new Map(initial);
  const index = new Set<string>();
  const written: ReadonlyMap<string, string>[] = [];
  let nowUs = startUs;
  const get = (key: string): string => texts.get(key) ?? '';
  const look = (keys: readonly string[]): ReadTexts => ({ nowUs: (nowUs += 1000), texts: keys.map(get) });
  return {
    read: (keys) => Promise.resolve(look(keys)),
    readForList(keys) {
      const { nowUs: at, texts: whole } = look(keys);
      return Promise.resolve({ nowUs: at, texts: whole.map((text) => text.replace(/\n[^]*\n/, 'null')) });
    },
    replace(changes) {
      const stored = look(changes.map(({ key }) => key));
      if (changes.some(({ key, before }) => get(key) !== before)) return Promise.resolve(stored);
      for (const { key, after, isListed } of changes) {
        texts.set(key, after);
        if (isListed) index.add(key);
        else index.delete(key);
      }
      written.push(new Map(changes.map(({ key, after }) => [key, after])));
      return Promise.resolve(undefined);
    },
    range: (first, last) => Promise.resolve([...index].slice(first, last + 1)),
    expire(key, text) {
      if (get(key) === text) texts.delete(key);
    },
    get,
    written,
  };
}

/** One thing that can happen next. */
export interface PossibleStep {
  name: string;
  take: () => void;
}

/** What can become of one write of an actor: its reply is lost, or it is given up, and made at any later moment. */
export type Mishap = 'lost' | 'late';

export interface Steps {
  /** A way to the same texts whose steps wait. */
  way(name: string, mishap?: Mishap): RecordTexts;
  /** What can happen now, in a fixed order. */
  possible(): PossibleStep[];
}

export function createSteps(texts: RecordTexts): Steps {
  const waiting = new Map<string, PossibleStep[]>();

  function gated<Reply>(
    name: string,
    step: string,
    run: () => Promise<Reply>,
    mishap?: Mishap,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const taken = (how: string, then: () => void): PossibleStep => ({
        name: `${name} ${step}${how}`,
        take() {
          waiting.delete(name);
          then();
        },
      });
      const fail = (): void => {
        reject(new Error('no reply'));
      };
      const steps = [taken('', () => void run().then(resolve, reject))];
      if (mishap === 'lost') steps.push(taken(', without a reply', () => void run().then(fail, reject)));
      if (mishap === 'late') {
        steps.push(
          taken(' later', () => {
            waiting.set(`${name} late`, [
              {
                name: `the late write of ${name}`,
                take() {
                  waiting.delete(`${name} late`);
                  void run();
                },
              },
            ]);
            fail();
          }),
        );
      }
      waiting.set(name, steps);
    });
  }

  return {
    way(name, mishap) {
      let left = mishap;
      return {
        read: (...args) => gated(name, 'reads', () => texts.read(...args)),
        replace(...args) {
          const can = left;
          left = undefined;
          return gated(name, 'writes', () => texts.replace(...args), can);
        },
        readForList: texts.readForList,
        range: texts.range,
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
