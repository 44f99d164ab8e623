// Asking another node whether a connection of it is alive: one message for all who ask at the same time.
import { expect, it, vi } from 'vitest';
import type { NodeId } from '../../server/cluster/address.js';
import { createRemoteProbes } from '../../server/cluster/remote-probes.js';

const [here, there] = ['here', 'there'] as [NodeId, NodeId];

it('[R25] who asks for a connection while it is probed shares the answer, and who asks later does not', async () => {
  const send = vi.fn();
  const probes = createRemoteProbes(send, () => undefined);
  const answers = [1, 2, 3].map(() => probes.ask(there, 'rooms', 'ann'));
  const others = [probes.ask(there, 'rooms', 'bob'), probes.ask(there, 'users', 'ann')];
  expect(send.mock.calls.map(([, probe]) => probe as unknown)).toEqual([
    { ask: 1, topic: 'rooms', id: 'ann' },
    { ask: 2, topic: 'rooms', id: 'bob' },
    { ask: 3, topic: 'users', id: 'ann' },
  ]);
  probes.receive(there, { answered: 1, isAlive: false });
  expect(await Promise.all(answers)).toEqual([false, false, false]);
  const later = probes.ask(there, 'rooms', 'ann');
  expect(send).toHaveBeenCalledTimes(4);
  probes.receive(there, { answered: 4, isAlive: true });
  expect(await later).toBe(true);
  probes.close();
  expect(await Promise.all(others)).toEqual([undefined, undefined]);
});

it('[R25] answers what another node asks about a connection of this one', async () => {
  const send = vi.fn();
  const probes = createRemoteProbes(send, (topic, id) =>
    topic === 'rooms' ? Promise.resolve(id === 'ann') : undefined,
  );
  for (const [number, id] of ['ann', 'bob'].entries())
    probes.receive(here, { ask: number, topic: 'rooms', id });
  probes.receive(here, { ask: 9, topic: 'unknown', id: 'ann' });
  await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(2));
  expect(send.mock.calls).toEqual([
    [here, { answered: 0, isAlive: true }],
    [here, { answered: 1, isAlive: false }],
  ]);
});
