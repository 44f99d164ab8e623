// Who holds a seat: a peer that comes back to its own is the same tenant, one that enters anew is another.
import { describe, expect, it } from 'vitest';
import type { Room } from '../../server/rooms/room.js';
import { seatsOf, emptyRoom } from '../../server/rooms/room.js';
import { arrival, enterRoom, enterScene } from '../support/entering.js';
import { createRoomScene, versionBefore } from '../support/room-decisions.js';
import {
  ann,
  away,
  bob,
  comesBack,
  entrant,
  graceEnd,
  here,
  keptAnn,
  now,
  paired,
  peerId,
  tells,
  waiting,
} from '../support/seats.js';

const version = versionBefore + 1;
const tenanciesOf = (room: Room) => seatsOf(room).map(({ seat }) => seat.tenancy);

describe('the tenancy of a seat', () => {
  it('[R3] [R4] is the version in which a new peer takes it', async () => {
    const empty = await createRoomScene(emptyRoom);
    await enterScene(empty, entrant('ann'));
    expect(tenanciesOf(await empty.room())).toEqual([version]);
    const one = await createRoomScene(waiting(here('ann', { tenancy: 7 })));
    await enterScene(one, entrant('bob'));
    expect(tenanciesOf(await one.room())).toEqual([7, version]);
  });

  it.each([
    ['away', away('bob', graceEnd, { secrets: ['b1'], tenancy: 9 })],
    ['here', here('bob', { secrets: ['b1'], tenancy: 9 })],
  ])('[R21] [R22] stays when its peer, who is %s, takes it back', async (_presence, seat) => {
    const scene = await createRoomScene(paired(here('ann', { tenancy: 7 }), seat));
    await enterScene(scene, entrant('bob-2', { seat: 'b1', me: 'a new one' }));
    expect(tenanciesOf(await scene.room())).toEqual([7, 9]);
  });

  it('[R2] stays when its peer asks again', async () => {
    const scene = await createRoomScene(waiting(here('ann', { tenancy: 7 })));
    await enterScene(scene, entrant('ann'));
    expect(tenanciesOf(await scene.room())).toEqual([7]);
  });

  it('is not made up for a seat that a node of the release before has written', async () => {
    const scene = await createRoomScene(waiting(keptAnn), { isWithoutTenancies: true });
    await enterScene(scene, entrant('ann-2', { seat: 'a1' }));
    expect(tenanciesOf(await scene.room())).toEqual([undefined]);
  });
});

describe('who the other is', () => {
  const back = entrant('bob-2', { seat: 'b1', me: 'ib' });

  it('[R22] a joiner that expired and enters again at the same moment is somebody new', async () => {
    const expired = away('bob', now, { secrets: ['b1'], me: 'ib' });
    const { told, outcome } = await enterRoom(paired(ann, expired), back);
    expect(outcome.status).toBe('joined');
    expect(told).toEqual([
      tells(
        'bob-2',
        [
          ['joined', 'Test', 'bob-2'],
          ['ready', 'Test', {}],
        ],
        { link: 'ann' },
      ),
      tells('ann', [['peer gone'], ['bye', 'Test'], ...arrival('bob-2', { me: 'ib' })], { link: 'bob-2' }),
    ]);
  });

  it('[R22] a joiner that comes back in time is the same one, also with another client instance id', async () => {
    const kept = away('bob', now + 1, { secrets: ['b1'], me: 'before' });
    const { told } = await enterRoom(paired(ann, kept), back);
    expect(told.at(-1)).toEqual(tells('ann', [['peer back', { me: 'ib' }]], { link: 'bob-2' }));
  });

  it('[R33] one whose seat another tenant has was not taken over: it comes back', async () => {
    const scene = await createRoomScene(waiting(ann), { dead: [{ address: 'ann', expiredAt: now - 100 }] });
    await enterScene(scene, entrant('cy'));
    await scene.reconcile();
    expect(scene.told()).toEqual([tells('cy', [['created', 'Test', 'cy']]), comesBack('ann')]);
  });
});

describe('seats that a node of the release before has written', () => {
  const isWithoutTenancies = true;
  const awayBob = away('bob', graceEnd, { secrets: ['b1'], me: 'ib' });
  const toldToAnn = async (me?: string) => {
    const who = entrant('bob-2', { seat: 'b1', ...(me !== undefined && { me }) });
    const { told } = await enterRoom(paired(ann, awayBob), who, { isWithoutTenancies });
    return told.find(({ to }) => to === peerId('ann'))?.events;
  };

  it('[R22] a joiner is the same one by its client instance id', async () => {
    expect(await toldToAnn('ib')).toEqual([['peer back', { me: 'ib' }]]);
  });

  it('[R22] a joiner with another client instance id, or with none, counts as somebody new', async () => {
    const gone = [['peer gone'], ['bye', 'Test']];
    expect(await toldToAnn('another')).toEqual([...gone, ...arrival('bob-2', { me: 'another' })]);
    expect(await toldToAnn()).toEqual([...gone, ...arrival('bob-2')]);
  });

  it('[R22] an initiator is the same one for its joiner', async () => {
    const room = paired(away('ann', graceEnd, { secrets: ['a1'] }), bob);
    const { told } = await enterRoom(room, entrant('ann-2', { seat: 'a1' }), { isWithoutTenancies });
    expect(told.at(-1)).toEqual(tells('bob', [['peer back', {}]], { link: 'ann-2' }));
  });
});
