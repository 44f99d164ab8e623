// What goes through Redis from one node to another: a parcel, and where it belongs. Leaves reading the parcel itself to
// its line's own parser.
import { isCount } from '../protocol/is-count.js';
import { isRecord } from '../protocol/is-record.js';
import type { NodeId } from './address.js';
import type { ParcelKind } from './courier.js';

export interface Letter {
  /** Who reads it: the rooms, the users, the probes. */
  line: string;
  kind: ParcelKind;
  /** The connection's own id, without its node. */
  to: string;
  from: NodeId;
  /** Counts what this node sends, so that what comes a second time is known as such. */
  n: number;
  parcel: unknown;
}

/** Where a node is written to. Each node listens here and nowhere else. */
export function channelOf(node: NodeId): string {
  return `parley:to:${node}`;
}

/** @returns undefined when it is none: anybody may write into Redis */
export function parseLetter(text: string): Letter | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !Object.hasOwn(value, 'parcel')) return undefined;
  const { line, kind, to, from, n, parcel } = value;
  if (typeof line !== 'string' || typeof to !== 'string' || typeof from !== 'string') return undefined;
  if ((kind !== 'notice' && kind !== 'signal') || !isCount(n)) return undefined;
  return { line, kind, to, from: from as NodeId, n, parcel };
}
