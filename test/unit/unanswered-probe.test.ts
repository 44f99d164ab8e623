// A node that does not answer a probe: its connections count as alive until its lease expires, and that is checked
// before anybody is refused.
import { expect, test, vi } from 'vitest';
import { createRoomTable } from '../support/room-table.js';
import { createStage, says } from '../support/user-stage.js';

/** `false`: the node does not answer, and its lease goes on. `true`: it has expired when the time to answer is over. */
const rows = [
  [false, 'full', false],
  [true, 'joined', true],
] as const;

test.each(rows)(
  '[R25] [R32] its lease expires meanwhile: %s, so a newcomer is told "%s"',
  async (isOver, status) => {
    const probe = vi.fn(async () => {
      if (isOver) await ann.vanishes();
      return undefined;
    });
    const table = createRoomTable(1000, { probe });
    const ann = table.connect('ann');
    await ann.says('create or join', 'Test');
    await table.connect('bob').asks('Test', { resume: true, seat: 'token of bob' });
    expect((await table.connect('cy').asks('Test', {})).status).toBe(status);
    expect(probe.mock.calls.length).toBe(2);
    table.close();
  },
);

test.each(rows)(
  '[U4] [U27] its lease expires meanwhile: %s, so the name is free: %s',
  async (isOver, _, success) => {
    const probe = vi.fn(async () => {
      if (isOver) ann.leave('closed');
      await ann.settled();
      return undefined;
    });
    const stage = createStage({ probe });
    const ann = stage.connect();
    await says(ann, { type: 'login', name: 'ann' });
    expect(await says(stage.connect(), { type: 'login', name: 'ann' })).toMatchObject([{ success }]);
    expect(probe).toHaveBeenCalledTimes(1);
    stage.close();
  },
);
