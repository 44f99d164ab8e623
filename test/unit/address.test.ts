// Addresses of connections: with a node, without one, and what clients see of them.
import { expect, it } from 'vitest';
import { addressOn, nodeOf, wireId, type NodeId } from '../../server/cluster/address.js';
import { newNodeId } from '../../server/cluster/new-node-id.js';

it.each(['web-1.aB3_x-9kLmNo', 'aB3_x-9kLmNo'])('an address on %s is taken apart again', (node) => {
  const address = addressOn(node as NodeId, 'Yz_-09');
  expect(nodeOf(address)).toBe(node);
  expect(wireId(address)).toBe('Yz_-09');
});

it('on one node alone an address is the id', () => {
  const address = addressOn(undefined, 'Yz_-09');
  expect([address, nodeOf(address), wireId(address)]).toEqual(['Yz_-09', undefined, 'Yz_-09']);
});

it('the id of a node has its name in front, and is new each time', () => {
  expect(newNodeId('')).toMatch(/^[\w-]{12}$/);
  expect(newNodeId('web-1')).toMatch(/^web-1\.[\w-]{12}$/);
  expect(newNodeId('web-1')).not.toBe(newNodeId('web-1'));
});
