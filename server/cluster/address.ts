// The address of a connection: its own id, and in a cluster the node that holds it. Pure. Leaves leases to node-lease.

/** One process of a cluster, from its start to its end. */
export type NodeId = string & { readonly brand: 'NodeId' };

/** The format of envelopes. The id of a node names the format that it reads, so that releases can be mixed. */
export const envelopeFormat = 2;

/** Not a character of a `socket.id`, of a UUID or of a node name. */
const separator = '@';

const formatSeparator = '~';

/** @param name the operator's name for the node; empty: none. @param random unique to this start of the process */
export function nodeIdOf(name: string, random: string): NodeId {
  const unique = `${random}${formatSeparator}${envelopeFormat}`;
  return (name === '' ? unique : `${name}.${unique}`) as NodeId;
}

/** The format that a node reads. An id without a number means format 1. */
export function formatOf(node: NodeId): number {
  const at = node.lastIndexOf(formatSeparator);
  return at < 0 ? 1 : Number(node.slice(at + 1));
}

/** The address by which every node finds this connection. On a single node it is the id itself. */
export function addressOn(node: NodeId | undefined, id: string): string {
  return node === undefined ? id : `${id}${separator}${node}`;
}

export function nodeOf(address: string): NodeId | undefined {
  const at = address.lastIndexOf(separator);
  return at < 0 ? undefined : (address.slice(at + 1) as NodeId);
}

/** The connection's own id: the only part of an address that clients see. */
export function wireId(address: string): string {
  const at = address.lastIndexOf(separator);
  return at < 0 ? address : address.slice(0, at);
}
