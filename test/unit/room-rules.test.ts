// Leaving a room, in every way and phase, as a table: the whole decision. Entering: enter-rules; time: room-time.
import { describe, expect, it } from 'vitest';
import { acknowledge, sayBye, vanish } from '../../server/rooms/room-rules.js';
import { decided, emptyRoom, type Room, type Seat } from '../../server/rooms/room.js';
import { decide, type Act } from '../support/room-decisions.js';
import {
  afterBye,
  ann,
  announces,
  annRemains,
  away,
  becomes,
  bob,
  bobRemains,
  comesBack,
  ends,
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
  row,
  tells,
  waiting,
  type Row,
} from '../support/seats.js';

const bye = (who: string): Act => ({ rule: sayBye(peerId(who), graceMs), asker: who });
const ack = (who: string): Act => ({ rule: acknowledge(peerId(who), graceMs), asker: who });
const gone = (who: string): Act => ({ rule: vanish(peerId(who), graceMs), gone: who });
const dead = (who: string): Act => ({ rule: vanish(peerId(who), graceMs, 3000) });

const awayAnn = away('ann', graceEnd, { secrets: ['a1'] });
const awayBob = away('bob', graceEnd, { secrets: ['b1'] });

const parting = (remaining: Seat, leaver: Seat, room: Room) =>
  becomes(room, ends(leaver.peer), tells(remaining.peer, [['Bye', { reason: 'said' }]], { awaitsAck: true }));
const stays = (who: string, hears: Parameters<typeof tells>[1], room: Room) =>
  becomes(room, tells(who, hears));

describe('Bye and Ack', () => {
  const rows: Row[] = [
    row('[R10] the initiator says Bye', paired(ann, bob), bye('ann'), parting(bob, ann, bobRemains())),
    row('[R10] the joiner says Bye', paired(ann, bob), bye('bob'), parting(ann, bob, annRemains())),
    row('[R10] Bye while alone', waiting(ann), bye('ann'), becomes(emptyRoom, ends('ann'))),
    row('[R11] the second of two crossing Byes', bobRemains(), bye('bob'), becomes(emptyRoom, ends('bob'))),
    row('[R11] the Ack of the joiner', bobRemains(), ack('bob'), becomes(emptyRoom, ends('bob'))),
    row('[R11] the Ack of the initiator', annRemains(), ack('ann'), becomes(emptyRoom, ends('ann'))),
    row(
      '[R24] the secret of who says Bye is remembered, the other still has its own',
      paired(keptAnn, keptBob),
      bye('ann'),
      {
        ...parting(keptBob, keptAnn, afterBye(bobRemains(keptBob), [['a1']])),
      },
    ),
    row(
      '[R24] at the Ack the other secret is remembered too',
      afterBye(bobRemains(keptBob), [['a1']]),
      ack('bob'),
      becomes(afterBye(emptyRoom, [['a1'], ['b1']]), ends('bob')),
    ),
    row(
      '[R24] Bye while the other is away frees the channel at once',
      paired(keptAnn, awayBob),
      bye('ann'),
      becomes(afterBye(emptyRoom, [['a1'], ['b1']]), ends('ann')),
    ),
    row(
      '[R24] Bye of the joiner while an initiator is away that has not met it',
      paired({ ...awayAnn, isUnmet: true }, bob),
      bye('bob'),
      becomes(afterBye(emptyRoom, [['a1']]), ends('bob')),
    ),
    row(
      '[R24] Bye while alone is remembered',
      waiting(here('ann', { secrets: ['a1', 'a2'] })),
      bye('ann'),
      becomes(afterBye(emptyRoom, [['a1', 'a2']]), ends('ann')),
    ),
    ...[waiting(ann), paired(ann, bob), paired(keptAnn, awayBob)].map((room) =>
      row(`[R11] an Ack without a Bye, ${room.phase}`, room, ack('ann'), nothing(room)),
    ),
    row(
      '[R11] who has said Bye cannot say Ack for the other',
      annRemains(),
      ack('bob'),
      nothing(annRemains()),
    ),
    row('[R21] who is away says nothing any more', paired(keptAnn, awayBob), bye('bob'), {
      ...nothing(paired(keptAnn, awayBob)),
    }),
  ];

  it.each(rows)('$fact', async ({ room, act, decision }) => {
    expect(await decide(room, act)).toEqual(decision);
  });

  it('[R24] of ended seats the newest 16 are remembered', () => {
    let room: Room = emptyRoom;
    for (let turn = 1; turn <= 20; turn++) {
      const seated: Room = { ...room, ...waiting(here('ann', { secrets: [`a${turn}`] })) };
      room = sayBye(peerId('ann'), graceMs)(seated, { now, version: turn }).room;
    }
    const newest = Array.from({ length: 16 }, (_, index) => [`a${index + 5}`]);
    expect(room).toEqual(afterBye(emptyRoom, newest));
  });
});

describe('a connection that is gone', () => {
  const gonesEvents = [['peer gone'], ['bye', 'Test']] as [['peer gone'], ['bye', string]];
  const promoted = [['peer gone'], ['created', 'Test', 'bob'], ['bye', 'Test']] as [
    ['peer gone'],
    ['created', string, string],
    ['bye', string],
  ];
  const rows: Row[] = [
    row(
      '[R13] the joiner: the initiator stays',
      paired(ann, bob),
      gone('bob'),
      stays('ann', gonesEvents, waiting(ann)),
    ),
    row(
      '[R13] the initiator: the joiner is it now',
      paired(ann, bob),
      gone('ann'),
      stays('bob', promoted, waiting(bob)),
    ),
    row('[R13] the lonely one', waiting(ann), gone('ann'), nothing(emptyRoom)),
    row('[R13] the one who remains', bobRemains(), gone('bob'), nothing(emptyRoom)),
    row('[R13] who has said Bye takes nobody along', annRemains(), gone('bob'), nothing(annRemains())),
    row('[R22] the joiner, with a secret', paired(ann, keptBob), gone('bob'), {
      ...stays('ann', [['peer away']], paired(ann, awayBob)),
    }),
    row('[R22] the initiator, with a secret', paired(keptAnn, bob), gone('ann'), {
      ...stays('bob', [['peer away']], paired(awayAnn, bob)),
    }),
    row('[R22] the lonely one, with a secret', waiting(keptAnn), gone('ann'), nothing(waiting(awayAnn))),
    row('[R22] the second of two', paired(awayAnn, keptBob), gone('bob'), nothing(paired(awayAnn, awayBob))),
    row('[R13] the one who is here, while the other is away', paired(awayAnn, bob), gone('bob'), {
      ...nothing(waiting(awayAnn)),
    }),
    row(
      '[R13] the initiator without a secret, while the joiner is away: the joiner is it now, unheard',
      paired(ann, awayBob),
      gone('ann'),
      nothing(waiting(awayBob)),
    ),
    row('[R24] the one who remains, with a secret', bobRemains(keptBob), gone('bob'), {
      ...nothing(afterBye(emptyRoom, [['b1']])),
    }),
    row('[R21] the old connection of who is away or was taken over', paired(keptAnn, awayBob), gone('bob'), {
      ...nothing(paired(keptAnn, awayBob)),
    }),
    row(
      '[R26] one whose page has said so is kept for 5 s from then',
      paired(ann, { ...keptBob, leavingAt: now - 2000 }),
      gone('bob'),
      {
        ...stays('ann', [['peer away']], paired(ann, { ...awayBob, until: now + 3000 })),
      },
    ),
    row(
      '[R26] what a page has said 5 s ago means nothing any more',
      paired(ann, { ...keptBob, leavingAt: now - 5000 }),
      gone('bob'),
      {
        ...stays('ann', [['peer away']], paired(ann, awayBob)),
      },
    ),
  ];

  it.each(rows)('$fact', async ({ room, act, decision }) => {
    expect(await decide(room, act)).toEqual(decision);
  });

  it('[R22] with GRACE_MS 0 nothing is kept, secret or not', async () => {
    const act: Act = { rule: vanish(peerId('bob'), 0), gone: 'bob' };
    expect(await decide(paired(ann, keptBob), act)).toEqual(stays('ann', gonesEvents, waiting(ann)));
  });

  it('[R26] a grace shorter than 5 s is not made longer', () => {
    const { room } = vanish(peerId('ann'), 700)(waiting({ ...keptAnn, leavingAt: now }), { now, version: 1 });
    expect(room).toEqual(waiting({ ...awayAnn, until: now + 700 }));
  });
});

describe('a dead connection', () => {
  const rows: Row[] = [
    row(
      '[R25] the joiner',
      paired(ann, bob),
      dead('bob'),
      becomes(waiting(ann), tells('ann', [['peer gone'], ['bye', 'Test']]), comesBack('bob')),
    ),
    row(
      '[R25] the initiator',
      paired(ann, bob),
      dead('ann'),
      becomes(
        waiting(bob),
        comesBack('ann'),
        tells('bob', [['peer gone'], ['created', 'Test', 'bob'], ['bye', 'Test']]),
      ),
    ),
    row('[R25] the one who waits', waiting(ann), dead('ann'), becomes(emptyRoom, comesBack('ann'))),
    row('[R25] the one who remains', bobRemains(), dead('bob'), becomes(emptyRoom, comesBack('bob'))),
    row(
      '[R25] [R36] one with a secret is away, and has been silent for as long as its node says',
      paired(keptAnn, bob),
      dead('ann'),
      stays('bob', [['peer away']], paired({ ...awayAnn, silentSince: now - 3000 }, bob)),
    ),
    row('[R25] who is away is so already', waiting(awayAnn), dead('ann'), nothing(waiting(awayAnn))),
    row(
      '[R25] the one who remains, with a secret',
      annRemains(keptAnn),
      dead('ann'),
      becomes(afterBye(emptyRoom, [['a1']]), comesBack('ann')),
    ),
  ];

  it.each(rows)('$fact', async ({ room, act, decision }) => {
    expect(await decide(room, act)).toEqual(decision);
  });
});

describe.each(Object.entries(everyRoom))('a room that is %s', (_phase, room) => {
  it.each([
    ['[R10] a stranger says Bye', bye('cy')],
    ['[R11] a stranger says Ack', ack('cy')],
    ['[R13] a stranger vanishes', gone('cy')],
    ['[R25] a stranger is dead', dead('cy')],
    ['[R26] a page leaves with a secret that fits nothing', announces('c1')],
    ['[R22] time passes, but not enough', { rule: (unchanged: Room) => decided(unchanged) }],
  ])('is not changed when %s', async (_fact, act) => {
    expect(await decide(room, act)).toEqual(nothing(room));
  });
});
