// How a line comes back: at once after one drop, and slower where the connection breaks again and again.
import { describe, expect, it } from 'vitest';
import { bobIsHere, openWithBob } from '../support/room-channel-scene.js';

type Scene = Awaited<ReturnType<typeof openWithBob>>;

/** Cuts the connection. @returns after how many milliseconds the next attempt came, which is let in */
async function cut({ server, clock }: Scene): Promise<number> {
  const cutAt = clock.now();
  const before = server.connections.length;
  server.newest().drop();
  await clock.advance(0);
  while (server.connections.length === before) await clock.advance(100);
  server.newest().letIn(bobIsHere);
  return clock.now() - cutAt;
}

describe('a line', () => {
  it('that breaks right after each entry waits longer each time', async () => {
    const scene = await openWithBob();
    const waits: number[] = [];
    for (let time = 0; time < 5; time++) {
      waits.push(await cut(scene));
      await scene.clock.advance(900);
    }
    expect(waits).toEqual([0, 1000, 2000, 3000, 4000]);
  });

  it('that breaks once comes back at once, also after bad times, when it was inside for 5 s', async () => {
    const scene = await openWithBob();
    for (let time = 0; time < 3; time++) await cut(scene);
    await scene.clock.advance(4999);
    expect(await cut(scene)).toBe(3000);
    await scene.clock.advance(5000);
    expect(await cut(scene)).toBe(0);
  });

  it('comes back at once when the page has said that there is another network', async () => {
    const scene = await openWithBob();
    for (let time = 0; time < 3; time++) await cut(scene);
    scene.page.comeBack();
    expect(scene.server.newest().said.at(-1)).toEqual(['check']);
    expect(await cut(scene)).toBe(0);
  });

  it('gives the next attempt more time when one was not answered', async () => {
    const { server, clock } = await openWithBob();
    server.newest().drop();
    await clock.advance(0);
    const tookMs: number[] = [];
    for (let time = 0; time < 5; time++) {
      const attempt = server.newest();
      const since = clock.now();
      while (!attempt.isClosed) await clock.advance(500);
      tookMs.push(clock.now() - since);
      const before = server.connections.length;
      while (server.connections.length === before) await clock.advance(500);
    }
    expect(tookMs).toEqual([18_000, 24_000, 30_000, 30_000, 30_000]);
  });

  it.each([
    ['took 1.5 s to open and to enter waits 6 s', 1500, 1500, 6000],
    ['opened at once, and entered when the server had probed a dead connection, waits 2 s', 0, 3000, 2000],
  ])('that %s for an answer to its first question', async (_what, openMs, enterMs, waitsMs) => {
    const { server, clock, page } = await openWithBob();
    server.newest().drop();
    await clock.advance(openMs);
    server.newest().open();
    await clock.advance(enterMs);
    const connection = server.newest();
    connection.letIn(bobIsHere);
    page.comeBack();
    await clock.advance(waitsMs - 1);
    expect(connection.isClosed).toBe(false);
    await clock.advance(1);
    expect(connection.isClosed).toBe(true);
  });
});
