// Where a connection is: its own id, and on a cluster the node that holds it. Pure.

/** One process of a cluster, from its start to its end. */
export type NodeId = string & { readonly brand: 'NodeId' };

/** Neither a `socket.id`, nor a UUID, nor the name of a node has one. */
const separator = '@';

/** The address under which every node finds this connection. On one node alone it is just the id. */
export function addressOn(node: NodeId | undefined, id: string): string {
  return node === undefined ? id : `${id}${separator}${node}`;
}

export function nodeOf(address: string): NodeId | undefined {
  const at = address.lastIndexOf(separator);
  return at < 0 ? undefined : (address.slice(at + 1) as NodeId);
}

/** The connection's own id: all that clients ever see of an address. */
export function wireId(address: string): string {
  const at = address.lastIndexOf(separator);
  return at < 0 ? address : address.slice(0, at);
}
