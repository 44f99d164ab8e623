// Asks another node whether one of its connections is alive, and answers when others ask. A node that says nothing is
// left to its lease.
import { isRecord } from '../protocol/is-record.js';
import type { NodeId } from './address.js';

/** The other node gives its connection 1 s to answer a ping. */
const patienceMs = 1500;

/** `line`: whose connection it is; `ask` counts what this node has asked. */
export type ProbeParcel = { ask: number; line: string; id: string } | { answered: number; isAlive: boolean };

export interface RemoteProbes {
  /** Settles within 1.5 s. True unless the node itself says that the connection is dead. */
  ask(node: NodeId, line: string, id: string): Promise<boolean>;
  hear(from: NodeId, parcel: ProbeParcel): void;
  /** Nobody waits any more. */
  close(): void;
}

/** @param look at a connection of this node; undefined: whoever answers for that line is not there yet */
export function createRemoteProbes(
  send: (node: NodeId, parcel: ProbeParcel) => void,
  look: (line: string, id: string) => Promise<boolean> | undefined,
): RemoteProbes {
  const waiting = new Map<number, (isAlive: boolean) => void>();
  let asked = 0;

  return {
    ask(node, line, id) {
      const number = ++asked;
      return new Promise((resolve) => {
        const settle = (isAlive: boolean): void => {
          clearTimeout(timer);
          waiting.delete(number);
          resolve(isAlive);
        };
        const timer = setTimeout(settle, patienceMs, true);
        waiting.set(number, settle);
        send(node, { ask: number, line, id });
      });
    },
    hear(from, parcel) {
      if ('answered' in parcel) {
        waiting.get(parcel.answered)?.(parcel.isAlive);
        return;
      }
      look(parcel.line, parcel.id)
        ?.then((isAlive) => {
          send(from, { answered: parcel.ask, isAlive });
        })
        .catch(() => {
          // No answer: the connection counts as alive.
        });
    },
    close() {
      for (const settle of waiting.values()) settle(true);
    },
  };
}

export function parseProbeParcel(value: unknown): ProbeParcel | undefined {
  if (!isRecord(value)) return undefined;
  const { ask, line, id, answered, isAlive } = value;
  if (typeof ask === 'number' && typeof line === 'string' && typeof id === 'string') return { ask, line, id };
  if (typeof answered === 'number' && typeof isAlive === 'boolean') return { answered, isAlive };
  return undefined;
}
