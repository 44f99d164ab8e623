// The bytes of offers that ring, and of answers that are kept: what takes them, what frees them, and what is refused when
// there is no room.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { RecordStore } from '../../server/kernel/record-store.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import { createByteBudget } from '../../server/transport/byte-budget.js';
import { userRecords } from '../../server/users/user-domain.js';
import type { User } from '../../server/users/user.js';
import { createLogBook } from '../support/log-book.js';
import { createStage, loginOf, says, type Stage, type StagePerson } from '../support/user-stage.js';

/** `JSON` of `offer` has so many bytes. */
const offer = 'shall we?';
const bytes = 11;
const keptMs = 180_000;
const unavailable = { type: 'error', ...userRefusals.unavailable() };
const ring = { type: 'offer', name: 'bob', offer };
const rung = { type: 'offer', name: 'ann', offer };
const large = 'x'.repeat(16 * 1024);

let stage: Stage;
let store: RecordStore<User>;
let ann: StagePerson;
let bob: StagePerson;
let cy: StagePerson;
/** What one more offer of this length is answered with. */
let roomFor: (length: number) => boolean;

beforeEach(async () => {
  vi.useFakeTimers();
  const limits = { what: 'offers', maxBytes: bytes, maxBytesPerAddress: bytes, keptMs };
  const offers = createByteBudget(
    limits,
    createScheduler(() => {}),
    createLogBook().logger,
  );
  roomFor = (length) => {
    const release = offers.take('', length);
    release?.();
    return release !== undefined;
  };
  store = createMemoryRecordStore(userRecords);
  stage = createStage({ graceMs: 300_000, offers, store });
  [ann, bob, cy] = [await enter('ann'), await enter('bob'), await enter('cy')];
});

afterEach(() => {
  stage.close();
  vi.useRealTimers();
});

async function enter(name: string): Promise<StagePerson> {
  const person = stage.connect();
  await says(person, loginOf(name));
  return person;
}

describe('[U7] an offer that rings', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['is answered', () => says(bob, { type: 'answer', name: 'ann', answer: 'yes' })],
    ['is declined', () => says(bob, { type: 'leave', name: 'ann' })],
    ['is cancelled', () => says(ann, { type: 'leave', name: 'bob' })],
    ['is cancelled by a call to a third', () => says(ann, { type: 'offer', name: 'dan', offer })],
    ['has rung for long enough', () => vi.advanceTimersByTimeAsync(121_000)],
    [
      'has lost its callee',
      async () => {
        bob.leave('closed');
        await bob.settled();
      },
    ],
  ])('takes its bytes until it %s', async (_how, end) => {
    await says(ann, ring);
    expect(roomFor(1)).toBe(false);
    await end();
    expect(roomFor(bytes)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'drops',
      async () => {
        ann.leave();
        await ann.settled();
      },
    ],
    [
      'closes',
      async () => {
        ann.leave('closed');
        await ann.settled();
      },
    ],
    ['takes its name back on another connection', () => says(stage.connect(), loginOf('ann'))],
  ])('whose caller %s takes its bytes until it is over for certain', async (_how, act) => {
    await says(ann, ring);
    await act();
    expect(roomFor(1)).toBe(false);
    await vi.advanceTimersByTimeAsync(keptMs - 1);
    expect(roomFor(1)).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    expect(roomFor(bytes)).toBe(true);
  });

  test('is not let in without room, and nothing changes; what would be refused anyway is refused as before', async () => {
    await says(ann, ring);
    bob.take();
    expect(await says(cy, { type: 'offer', name: 'bob', offer })).toMatchObject([{ code: 'busy' }]);
    expect(await says(cy, { type: 'offer', name: 'cy', offer })).toMatchObject([{ code: 'self-call' }]);
    expect(await says(cy, { type: 'offer', name: 'nobody', offer })).toMatchObject([{ code: 'not-online' }]);
    expect(await says(bob, { type: 'offer', name: 'ann', offer })).toMatchObject([{ code: 'glare' }]);
    const dan = await enter('dan');
    expect(await says(cy, { type: 'offer', name: 'dan', offer })).toEqual([unavailable]);
    expect(dan.take()).toEqual([]);
    expect(await says(cy, { type: 'leave', name: 'dan' })).toMatchObject([{ code: 'not-in-call' }]);
    await says(bob, { type: 'answer', name: 'ann', answer: 'yes' });
    expect(await says(cy, { type: 'offer', name: 'dan', offer })).toEqual([]);
    expect(dan.take()).toEqual([{ ...rung, name: 'cy' }]);
  });

  test('is not replaced by one for which there is no room: the first rings on', async () => {
    await says(ann, ring);
    expect(await says(ann, { ...ring, offer: 'another' })).toEqual([unavailable]);
    expect(bob.take()).toEqual([rung]);
    expect(await says(bob, { type: 'answer', name: 'ann', answer: 'yes' })).toEqual([]);
  });

  test('frees its bytes when it is refused, and not when its outcome is unknown', async () => {
    expect(await says(ann, { ...ring, name: 'nobody' })).toMatchObject([{ code: 'not-online' }]);
    expect(roomFor(bytes)).toBe(true);
    vi.spyOn(store, 'transact').mockRejectedValueOnce(new Error('the store is away'));
    expect(await says(ann, ring)).toEqual([unavailable]);
    expect(roomFor(1)).toBe(false);
    await vi.advanceTimersByTimeAsync(keptMs + 100);
    expect(roomFor(bytes)).toBe(true);
  });

  test('inside a call takes none, and is relayed without room; so is an answer', async () => {
    await says(ann, ring);
    await says(bob, { type: 'answer', name: 'ann', answer: 'yes' });
    await says(cy, { type: 'offer', name: (await enter('dan')).session.user?.name, offer });
    expect(roomFor(1)).toBe(false);
    ann.take();
    bob.take();
    expect(await says(ann, { ...ring, offer: large })).toEqual([]);
    expect(bob.take()).toEqual([{ ...rung, offer: large }]);
    expect(await says(bob, { type: 'answer', name: 'ann', answer: large })).toEqual([]);
    expect(ann.take()).toEqual([{ type: 'answer', name: 'bob', answer: large }]);
  });

  test('counts the bytes of its JSON, as it is stored', async () => {
    expect(await says(ann, { ...ring, offer: '\0\0' })).toEqual([unavailable]);
    expect(await says(ann, { ...ring, offer: 'äöüß' })).toEqual([]);
  });
});

describe('[U28] an answer', () => {
  const stored = async () => JSON.stringify((await store.list(10, () => true)).found);

  test.each([
    ['of 16 KiB is kept for a caller that misses it', 16 * 1024, true],
    ['of more is relayed, and not kept', 16 * 1024 + 1, false],
  ])('%s', async (_fact, size, isKept) => {
    await says(ann, ring);
    bob.take();
    const answer = 'x'.repeat(size - 2);
    expect(await says(bob, { type: 'answer', name: 'ann', answer })).toEqual([]);
    expect(ann.take()).toEqual([{ type: 'answer', name: 'bob', answer }]);
    expect((await stored()).includes(answer)).toBe(isKept);
    await says(ann, { type: 'candidate', name: 'bob', candidate: 1 });
    expect(bob.take().at(-1)).toMatchObject({ type: 'candidate', candidate: 1 });
  });
});
