// What a program can do with a channel or a line that it opens, the moments at which it can, and that nothing is left then.
import { expect } from 'vitest';
import type { createFakePage } from './fake-page.js';
import { settle, type createHeldClock } from './held-clock.js';

/** What the program can do. */
export interface Opened {
  goByItself(): unknown;
  close(): unknown;
  abort(): void;
}

export const ways: [how: string, go: (opened: Opened) => void][] = [
  ['aborts', ({ abort }) => abort()],
  ['leaves', ({ goByItself }) => goByItself()],
  [
    'leaves twice, and aborts',
    ({ goByItself, abort }) => {
      goByItself();
      goByItself();
      abort();
    },
  ],
  [
    'aborts, and leaves',
    ({ goByItself, abort }) => {
      abort();
      goByItself();
    },
  ],
  [
    'says goodbye, and aborts',
    ({ close, abort }) => {
      close();
      abort();
    },
  ],
];

export type Step<Scene> = [what: string, take: (scene: Scene) => unknown];

/** All beginnings of the steps. */
export function momentsOf<Scene>(
  steps: readonly Step<Scene>[],
): [moment: string, before: readonly Step<Scene>[]][] {
  return Array.from({ length: steps.length + 1 }, (_, count) => {
    const before = steps.slice(0, count);
    return [`${count} ${before.at(-1)?.[0] ?? 'at once'}`, before];
  });
}

/** A channel or a line that is opened, and the server that it is opened at. */
export interface OpeningScene {
  clock: ReturnType<typeof createHeldClock>;
  page: ReturnType<typeof createFakePage>;
  opening: Promise<{ readonly state: string }>;
  program(): Promise<Opened>;
  /** The server takes every connection, and answers all that comes on it. */
  serve(): void;
  /** The server keeps nothing for this side, as far as this side can know. */
  isGone(): boolean;
}

/**
 * @param go what the program does after the steps
 * @param afterwards what else happens then
 */
export async function expectNothingLeft<Scene extends OpeningScene>(
  scene: Scene,
  before: readonly Step<Scene>[],
  go: (opened: Opened) => void,
  withinMs: number,
  afterwards = (): void => {},
): Promise<void> {
  for (const [, take] of before) {
    await take(scene);
    await settle();
  }
  go(await scene.program());
  await settle();
  afterwards();
  for (let ms = 0; ms < withinMs; ms += 50) {
    await settle();
    scene.serve();
    await scene.clock.advance(50);
  }
  const opened = await scene.opening.catch(() => undefined);
  expect([opened?.state ?? 'closed', scene.isGone(), scene.clock.timers, scene.page.listeners]).toEqual([
    'closed',
    true,
    0,
    0,
  ]);
}
