// Addresses of connections: with a node, without one, and what clients see of them.
import { expect, it } from 'vitest';
import { addressOn, formatOf, nodeIdOf, nodeOf, wireId, type NodeId } from '../../server/cluster/address.js';

it.each(['web-1.aB3_x-9kLmNo', 'aB3_x-9kLmNo'])('an address on %s is taken apart again', (node) => {
  const address = addressOn(node as NodeId, 'Yz_-09');
  expect(nodeOf(address)).toBe(node);
  expect(wireId(address)).toBe('Yz_-09');
});

it('on one node alone an address is the id', () => {
  const address = addressOn(undefined, 'Yz_-09');
  expect([address, nodeOf(address), wireId(address)]).toEqual(['Yz_-09', undefined, 'Yz_-09']);
});

it('the id of a node has its name in front, and says which format it reads', () => {
  expect(nodeIdOf('', 'aB3_x-9kLmNo')).toBe('aB3_x-9kLmNo~2');
  expect(nodeIdOf('web-1', 'aB3_x-9kLmNo')).toBe('web-1.aB3_x-9kLmNo~2');
  expect(formatOf(nodeIdOf('web-1', 'aB3_x-9kLmNo'))).toBe(2);
});

it('a node of the release before, whose id says nothing, reads the first format', () => {
  expect(formatOf('web-1.aB3_x-9kLmNo' as NodeId)).toBe(1);
});
