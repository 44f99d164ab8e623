// What becomes of the seats of a node that is dead, and of those that it takes up again.
import { describe, expect, it } from 'vitest';
import { dropLapsed } from '../../server/rooms/lapse-rules.js';
import { reassert } from '../../server/rooms/reassert-rules.js';
import { emptyRoom, type Room } from '../../server/rooms/room.js';
import { arrival } from '../support/entering.js';
import {
  ann,
  annRemains,
  away,
  becomes,
  bob,
  everyRoom,
  graceEnd,
  graceMs,
  here,
  keptAnn,
  keptBob,
  nothing,
  now,
  paired,
  peerId,
  tells,
  waiting,
} from '../support/seats.js';

const lapsed = (peer: string, lapsedAt = now - 100) => ({ peer: peerId(peer), lapsedAt });
const awayAnn = (extras = {}) => away('ann', graceEnd - 100, { secrets: ['a1'], ...extras });

describe('seats of a node that is dead', () => {
  it.each([
    ['one who waits without a secret frees the room', waiting(ann), [lapsed('ann')], becomes(emptyRoom)],
    [
      'one with a secret is away since the lease ran out',
      waiting(keptAnn),
      [lapsed('ann')],
      becomes(waiting(awayAnn())),
    ],
    [
      'the other hears that it is away',
      paired(keptAnn, bob),
      [lapsed('ann')],
      becomes(paired(awayAnn(), bob), tells('bob', [['peer away']], { link: null })),
    ],
    [
      'the other hears that it is gone',
      paired(ann, bob),
      [lapsed('ann')],
      becomes(
        waiting(bob),
        tells('bob', [['peer gone'], ['created', 'Test', 'bob'], ['bye', 'Test']], { link: null }),
      ),
    ],
    ['one who was about to acknowledge has done so', annRemains(), [lapsed('ann')], becomes(emptyRoom)],
    [
      'the one that lapsed first goes first',
      paired(keptAnn, bob),
      [lapsed('ann', now - 50), lapsed('bob', now - 100)],
      becomes(
        waiting(away('ann', graceEnd - 50, { secrets: ['a1'] })),
        tells('ann', [['peer gone'], ['bye', 'Test']], { link: null }),
      ),
    ],
    [
      'whose grace was over meanwhile is still dropped as of then',
      waiting(keptAnn),
      [lapsed('ann', 0)],
      becomes(waiting(away('ann', graceMs, { secrets: ['a1'] }))),
    ],
    [
      'a lapse by another clock is none of the future',
      waiting(keptAnn),
      [lapsed('ann', now + 500)],
      becomes(waiting(away('ann', graceEnd, { secrets: ['a1'] }))),
    ],
    ['who has no seat here changes nothing', paired(ann, bob), [lapsed('cy')], nothing(paired(ann, bob))],
  ] as const)('[R32] %s', (_fact, room, seats, decision) => {
    expect(dropLapsed(room, seats, graceMs, now)).toEqual(decision);
  });

  it.each(Object.entries(everyRoom))('[R32] nobody who has lapsed is here any more: %s', (_name, room) => {
    const all = ['ann', 'bob'].map((peer) => lapsed(peer));
    const { room: left } = dropLapsed(room, all, graceMs, now);
    expect(JSON.stringify(left)).not.toContain('"here"');
  });
});

describe('seats that a node takes up again', () => {
  const both = [peerId('ann'), peerId('bob')];
  const rule = (room: Room, peers = both) => reassert(peers)(room, now);

  it.each([
    ['empty', emptyRoom],
    ['waiting', waiting(ann)],
    ['paired', paired(keptAnn, keptBob)],
    ['parting', annRemains()],
  ])('[R33] nothing changes where nobody was dropped: %s', (_name, room) => {
    expect(rule(room)).toEqual(nothing(room));
  });

  it('[R33] one that was away is here again, and the other hears it', () => {
    expect(rule(paired(awayAnn({ me: 'ia', attempt: 3 }), bob), [peerId('ann')])).toEqual(
      becomes(
        paired(here('ann', { secrets: ['a1'], me: 'ia', attempt: 3 }), bob),
        tells('ann', [], { link: peerId('bob') }),
        tells('bob', [['peer back', { me: 'ia' }]], { link: peerId('ann') }),
      ),
    );
  });

  it('[R33] two of the same node are both here again', () => {
    const { room, notices } = rule(paired(awayAnn(), away('bob', graceEnd, { secrets: ['b1'] })));
    expect(room).toEqual(paired(keptAnn, keptBob));
    expect(notices.filter(({ events }) => events.length > 0)).toEqual([
      tells('ann', [['peer back', {}]], { link: peerId('bob') }),
    ]);
    expect(notices.filter(({ to }) => to === 'bob').at(-1)?.link).toBe('ann');
  });

  it('[R23] [R33] one whom somebody joined meanwhile hears who came', () => {
    expect(rule(paired(awayAnn({ isUnmet: true }), bob), [peerId('ann')]).notices).toEqual([
      tells('ann', arrival('bob'), { link: peerId('bob') }),
      tells('bob', [['peer back', {}]], { link: peerId('ann') }),
      tells('bob', [['ready', 'Test', {}]], { link: peerId('ann') }),
    ]);
  });

  it('[R33] one whose time is over, or whose seat another has, gets nothing', () => {
    const late = paired(away('ann', now, { secrets: ['a1'] }), bob);
    expect(rule(late, [peerId('ann')]).room).toEqual(waiting(bob));
    expect(rule(paired(here('ann-2', { secrets: ['a1'] }), bob), [peerId('ann')])).toEqual(
      nothing(paired(here('ann-2', { secrets: ['a1'] }), bob)),
    );
  });
});
