// Gives a process its id among the nodes of a cluster: new at every start, so that nobody takes it for what it was.
import { randomBytes } from 'node:crypto';
import type { NodeId } from './address.js';

/** @param name an operator's name for it, put in front; empty: none */
export function newNodeId(name: string): NodeId {
  const random = randomBytes(9).toString('base64url');
  return (name === '' ? random : `${name}.${random}`) as NodeId;
}
