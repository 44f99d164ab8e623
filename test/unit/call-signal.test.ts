// How what two calls say to each other is told from the messages of the program.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCallSignal, writeCallSignal } from '../../client/channel/signaling-channel.js';

it('whatever a call says comes out as it went in', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const travelled: unknown = JSON.parse(JSON.stringify(writeCallSignal(value)));
      expect(readCallSignal(travelled)).toEqual({ value: JSON.parse(JSON.stringify(value)) as unknown });
    }),
  );
});

it.each([
  undefined,
  null,
  'parley',
  7,
  [],
  ['parley'],
  {},
  { parley: 1, more: 2 },
  { Parley: 1 },
  { more: { parley: 1 } },
])('%j is a message like any other', (value) => {
  expect(readCallSignal(value)).toBeUndefined();
});
