// What becomes of the seats of a node whose lease has expired, and of those that a node reclaims.
import { describe, expect, it } from 'vitest';
import { onRoom } from '../../server/rooms/room-domain.js';
import { decided, emptyRoom, type Room } from '../../server/rooms/room.js';
import { viewOf } from '../../server/rooms/room-view.js';
import { arrival } from '../support/entering.js';
import {
  createRoomScene,
  decide,
  key,
  withoutTenancies,
  type Act,
  type Decided,
} from '../support/room-decisions.js';
import {
  ann,
  annRemains,
  away,
  becomes,
  bob,
  comesBack,
  everyRoom,
  graceEnd,
  graceMs,
  here,
  keptAnn,
  keptBob,
  nothing,
  now,
  paired,
  tells,
  waiting,
} from '../support/seats.js';

const dead = (address: string, expiredAt = now - 100) => ({ address, expiredAt });
const awayAnn = (extras = {}) => away('ann', graceEnd - 100, { secrets: ['a1'], ...extras });
const awayBob = away('bob', graceEnd, { secrets: ['b1'] });
const look: Act = { rule: (room) => decided(room) };

describe('seats of a node that is dead', () => {
  it.each([
    ['one who waits without a secret frees the room', waiting(ann), [dead('ann')], becomes(emptyRoom)],
    [
      'one with a secret is away since the lease expired',
      waiting(keptAnn),
      [dead('ann')],
      becomes(waiting(awayAnn())),
    ],
    [
      'the other is told that it is away',
      paired(keptAnn, bob),
      [dead('ann')],
      becomes(paired(awayAnn(), bob), tells('bob', [['peer away']])),
    ],
    [
      'the other is told that it is gone',
      paired(ann, bob),
      [dead('ann')],
      becomes(waiting(bob), tells('bob', [['peer gone'], ['created', 'Test', 'bob'], ['bye', 'Test']])),
    ],
    ['one who was about to acknowledge has done so', annRemains(), [dead('ann')], becomes(emptyRoom)],
    [
      'the one whose lease expired first goes first',
      paired(keptAnn, bob),
      [dead('ann', now - 50), dead('bob', now - 100)],
      becomes(waiting(away('ann', graceEnd - 50, { secrets: ['a1'] }))),
    ],
    [
      'an expiry by another clock is none of the future',
      waiting(keptAnn),
      [dead('ann', now + 500)],
      becomes(waiting(away('ann', graceEnd, { secrets: ['a1'] }))),
    ],
    ['who has no seat here changes nothing', paired(ann, bob), [dead('cy')], nothing(paired(ann, bob))],
  ])('[R32] %s', async (_fact, room, seats, decision) => {
    const gone = seats.map(({ address }) => address);
    expect(await decide(room, look, { dead: seats, gone })).toEqual(decision);
  });

  it('[R32] whose grace was over meanwhile is still dropped as of then, and the room is free', async () => {
    const { room } = await decide(waiting(keptAnn), look, {
      dead: [dead('ann', now - graceMs + 1)],
      gone: ['ann'],
    });
    expect(room).toEqual(waiting(away('ann', now + 1, { secrets: ['a1'] })));
    const late = await decide(waiting(keptAnn), look, { dead: [dead('ann', now - graceMs)], gone: ['ann'] });
    expect(late.room).toEqual(emptyRoom);
  });

  it.each(Object.entries(everyRoom))('[R32] nobody who is dead is here any more: %s', async (_name, room) => {
    const all = { dead: [dead('ann'), dead('bob')], gone: ['ann', 'bob'] };
    const { room: left } = await decide(room, look, all);
    expect(JSON.stringify(left)).not.toContain('"here"');
  });

  it('[R33] one that is alive after all is told nothing until its node reclaims it', async () => {
    const scene = await createRoomScene(waiting(ann), { dead: [dead('ann')] });
    await scene.coordinator.transact([key], onRoom(look.rule));
    expect(await scene.room()).toEqual(emptyRoom);
    expect(scene.told()).toEqual([]);
    await scene.reconcile();
    expect(scene.told()).toEqual([comesBack('ann')]);
  });

  it('[R33] one that is alive after all, and whose seat is kept, is told how the other stands then', async () => {
    const both = { dead: [dead('ann', now - 50), dead('bob', now - 100)], gone: ['bob'] };
    const scene = await createRoomScene(paired(keptAnn, bob), both);
    await scene.coordinator.transact([key], onRoom(look.rule));
    expect(scene.told()).toEqual([]);
    await scene.reconcile();
    expect(scene.told()).toEqual([tells('ann', [['peer gone'], ['bye', 'Test']])]);
    expect(withoutTenancies(await scene.room())).toEqual(waiting(keptAnn));
  });
});

describe('seats that a node reclaims', () => {
  async function reclaim(room: Room, ...presumedDead: string[]): Promise<Decided> {
    const scene = await createRoomScene(room, { presumedDead });
    await scene.reconcile();
    return { room: withoutTenancies(await scene.room()), told: scene.told(), outcome: undefined };
  }

  it.each([
    ['empty', emptyRoom],
    ['waiting', waiting(ann)],
    ['paired', paired(keptAnn, keptBob)],
    ['parting', annRemains()],
  ])('[R33] nothing changes where nobody was dropped: %s', async (_phase, room) => {
    expect(await reclaim(room, 'ann', 'bob')).toEqual(nothing(room));
  });

  it('[R33] one that was away is here again, and the other is told', async () => {
    expect(await reclaim(paired(awayAnn({ me: 'ia', attempt: 3 }), bob), 'ann')).toEqual(
      becomes(
        paired(here('ann', { secrets: ['a1'], me: 'ia', attempt: 3 }), bob),
        tells('bob', [['peer back', { me: 'ia' }]], { link: 'ann' }),
      ),
    );
  });

  it('[R33] two of the same node are both here again, and neither knows that the other was away', async () => {
    expect(await reclaim(paired(awayAnn(), awayBob), 'ann', 'bob')).toEqual(
      nothing(paired(keptAnn, keptBob)),
    );
  });

  it('[R33] one who knew that the other was away is told that it is back', async () => {
    const scene = await createRoomScene(paired(keptAnn, awayBob), { presumedDead: ['bob'] });
    await scene.reconcile();
    expect(scene.told()).toEqual([tells('ann', [['peer back', {}]], { link: 'bob' })]);
    expect(scene.sessionOf('bob')?.link).toBe('ann');
  });

  it('[R23] [R33] one whom somebody joined meanwhile is told who came', async () => {
    expect((await reclaim(paired(awayAnn({ isUnmet: true }), bob), 'ann')).told).toEqual([
      tells(
        'bob',
        [
          ['peer back', {}],
          ['ready', 'Test', {}],
        ],
        { link: 'ann' },
      ),
      tells('ann', arrival('bob'), { link: 'bob' }),
    ]);
  });

  it('[R23] [R33] one whom somebody joined meanwhile who is away by now is told both', async () => {
    expect((await reclaim(paired(awayAnn({ isUnmet: true }), awayBob), 'ann')).told).toEqual([
      tells('ann', [...arrival('bob'), ['peer away']]),
    ]);
  });

  it('[R33] one whose time is over gets nothing, and comes back', async () => {
    expect(await reclaim(paired(away('ann', now, { secrets: ['a1'] }), bob), 'ann')).toEqual(
      becomes(
        waiting(bob),
        tells('bob', [['peer gone'], ['created', 'Test', 'bob'], ['bye', 'Test']]),
        comesBack('ann'),
      ),
    );
  });

  it('[R33] one whose seat another has gets nothing, and comes back', async () => {
    const room = paired(here('ann-2', { secrets: ['a1'] }), bob);
    const scene = await createRoomScene(room);
    const { claim } = scene.connect('ann');
    claim.ask(key);
    claim.grant(viewOf(paired(keptAnn, bob), 'ann') ?? undefined);
    claim.settle();
    await scene.reconcile();
    expect(withoutTenancies(await scene.room())).toEqual(room);
    expect(scene.told()).toEqual([comesBack('ann')]);
  });
});
