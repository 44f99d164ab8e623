// Components of the built example's React that are mounted twice by StrictMode, unmounted, and mounted again: a page is never in
// its own way, and the other person's channel never ends. In the long form 1,000 times.
import { expect, onTestFinished, type TestContext } from 'vitest';
import { openChannel, openUserLine } from '../../client/index.js';
import { test } from '../support/browser-test.js';
import { buildExample } from '../support/built-example.js';
import { noteFigure } from '../support/figures.js';
import { watchChannel } from '../support/library-client.js';
import type { MountsSeen, Rounds } from '../support/mounting-page.js';
import { inThousands, scaled } from '../support/scale.js';
import { servePages } from '../support/serve-pages.js';

const ways: Rounds['way'][] = ['hooks', 'signal', 'then leave', 'line signal', 'line close'];
const remounts: Rounds['remount'][] = ['once', 0, 30, 300];
const kinds = ways.flatMap((way) => remounts.map((remount) => ({ way, remount })));
const count = scaled(1000, 60) / kinds.length;

interface Other {
  name: string;
  messages: unknown[];
  /** What has happened to the other person's channel or line. */
  ends: () => unknown[];
}

async function openOther(url: string, way: Rounds['way'], name: string): Promise<Other> {
  if (!way.startsWith('line')) {
    const channel = await openChannel(url, name);
    onTestFinished(() => channel.close());
    const { messages, states } = watchChannel(channel);
    return { name: '', messages, ends: () => states };
  }
  const line = await openUserLine(`${url}calls`, `other of ${name}`);
  onTestFinished(() => line.close());
  const messages: unknown[] = [];
  const states: string[] = [];
  line.on('state', (state) => states.push(state));
  line.on('incoming', (call) => {
    call.accept().on('message', (value) => messages.push(value));
  });
  return { name: line.name, messages, ends: () => states };
}

test(`${inThousands(count * kinds.length)} components that are mounted twice are never in their own way`, async ({
  chromium,
  task,
}) => {
  const publicDir = await buildExample(onTestFinished, {
    react: 'development',
    page: 'test/support/mounting-page.ts',
  });
  const { url, close } = await servePages({ publicDir });
  onTestFinished(close);
  // One for each way: where many connections were broken off, Chromium opens the next ones seconds later.
  const windows = await Promise.all(ways.map(() => chromium.openWindow()));
  for (const window of windows) {
    await window.goto(`${url}page.html`);
    await expect.poll(() => window.read('typeof mountAgain')).toBe('function');
  }

  const all = await Promise.all(
    kinds.map(async ({ way, remount }) => {
      const name = `${way} ${remount}`;
      const other = await openOther(url, way, name);
      const rounds: Rounds = { way, remount, name, other: other.name, count };
      const window = windows[ways.indexOf(way)];
      const seen = await window?.read<MountsSeen>(`mountAgain(${JSON.stringify(rounds)})`);
      return { name, other, seen: seen ?? { effects: 0, failures: ['no window'] } };
    }),
  );

  const context = { task } as TestContext;
  const effects = all.reduce((sum, { seen }) => sum + seen.effects, 0);
  const failures = all.flatMap(({ name, seen }) => seen.failures.map((reason) => `${name}: ${reason}`));
  const ends = all.flatMap(({ name, other }) => other.ends().map((state) => `${name}: ${String(state)}`));
  noteFigure(context, 'mounts of components that open a channel or a line', effects);
  noteFigure(context, 'of them failed by themselves (full, taken, and all others)', failures.length, '0');
  noteFigure(context, "other person's channels that were lost or ended", ends.length, '0');
  expect({ failures, ends }).toEqual({ failures: [], ends: [] });
  for (const { name, other, seen } of all) {
    const rounds = Array.from({ length: count }, (_, round) => round);
    await expect.poll(() => ({ name, messages: other.messages })).toEqual({ name, messages: rounds });
    expect(seen.effects).toBe(count * (name.endsWith('once') ? 2 : 4));
  }
});
