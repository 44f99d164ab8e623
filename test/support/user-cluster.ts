// Two nodes of the calls in one process, on one store: what one sends to the other is held, dropped, doubled or turned
// round as a test wants it, and a test says when a lease ends.
import { nodeOf, type NodeId } from '../../server/cluster/address.js';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import type { LeaseState, NodeLease } from '../../server/cluster/node-lease.js';
import { createMemoryRecordStore } from '../../server/kernel/memory-record-store.js';
import type { DeadConnection, RecordStore } from '../../server/kernel/record-store.js';
import { userRecords } from '../../server/users/user-domain.js';
import type { UserPayload } from '../../server/users/user-record.js';
import type { User } from '../../server/users/user.js';
import { createStage, type Stage } from './user-stage.js';

/** A message from one node to the other that has not arrived yet. */
export interface HeldMessage {
  payload: UserPayload;
  arrive(): void;
}

export interface ClusterNode extends Stage {
  /** Nodes whose leases it looks at just now. */
  readonly watched: readonly NodeId[];
  /** Messages to it may have been lost. */
  reportLoss(): void;
  /** It is suspended: it may grant nothing. */
  suspend(): void;
  /** Its lease is valid again, in a new epoch, once it has taken up again what it holds. */
  resume(): Promise<void>;
}

export interface UserCluster {
  one: ClusterNode;
  two: ClusterNode;
  /** From now on messages between the nodes wait; the ones that do. */
  hold(): HeldMessage[];
  /** Those to come arrive at once again. */
  release(): void;
  /** The lease of that node has expired, so long ago; the other notices if it looks at it. */
  expire(node: 'one' | 'two', agoMs?: number): void;
  close(): void;
}

export interface ClusterSettings {
  graceMs: number;
  /** Between a node and the store. */
  between?: (store: RecordStore<User>, node: NodeId) => RecordStore<User>;
}

/** Its time is that of `performance.now`. */
export function createUserCluster({ graceMs, between = (store) => store }: ClusterSettings): UserCluster {
  const store = createMemoryRecordStore(userRecords);
  const receivers = new Map<string, (payload: UserPayload) => void>();
  const expired = new Map<NodeId, number>();
  const onExpired = new Map<NodeId, (node: NodeId) => void>();
  let held: HeldMessage[] | undefined;

  /** As the store of a cluster does, it says which of the connections are on a node whose lease has expired. */
  function storeOf(own: NodeId): RecordStore<User> {
    return {
      ...store,
      transact: (keys, change, options) =>
        store.transact(
          keys,
          (states, moment) => {
            const dead = [...states.values()].flatMap((user): DeadConnection[] => {
              const [address] = userRecords.connectionsOf(user);
              const node = address === undefined ? undefined : nodeOf(address);
              const expiredAt = node === undefined || node === own ? undefined : expired.get(node);
              return address === undefined || expiredAt === undefined ? [] : [{ address, expiredAt }];
            });
            return change(states, moment, dead);
          },
          options,
        ),
    };
  }

  function open(name: 'one' | 'two'): ClusterNode {
    const node = name as NodeId;
    const watched: NodeId[] = [];
    const losses: (() => void)[] = [];
    const epochs: (() => Promise<void>)[] = [];
    let isValid = true;
    let epoch = 1;
    const bus: MessageBus<UserPayload> = {
      attach(address, receive) {
        receivers.set(address, receive);
        return () => receivers.delete(address);
      },
      send(address, payload) {
        const arrive = (): void => receivers.get(address)?.(payload);
        if (nodeOf(address) === node || !held) arrive();
        else held.push({ payload, arrive });
      },
      onLoss: (listener) => losses.push(listener),
      answerProbes: () => {},
      isAlive: () => Promise.resolve(true),
    };
    const lease: NodeLease = {
      node,
      get epoch() {
        return epoch;
      },
      isValid: () => isValid,
      isReady: () => isValid,
      stateOf: (): Promise<LeaseState> => Promise.resolve({ isAlive: true }),
      watch(other) {
        watched.push(other);
        return () => {
          watched.splice(watched.indexOf(other), 1);
        };
      },
      onExpired: (listener) => onExpired.set(node, (other) => watched.includes(other) && listener(other)),
      onNewEpoch: (reclaim) => epochs.push(reclaim),
    };
    const stage = createStage({
      graceMs,
      store: storeOf(node),
      bus,
      lease,
      between: (inner) => between(inner, node),
    });
    return {
      ...stage,
      watched,
      reportLoss() {
        for (const listener of losses) listener();
      },
      suspend() {
        isValid = false;
      },
      async resume() {
        epoch += 1;
        expired.delete(node);
        for (const reclaim of epochs) await reclaim();
        isValid = true;
      },
    };
  }

  const nodes = { one: open('one'), two: open('two') };
  return {
    ...nodes,
    hold: () => (held = []),
    release() {
      held = undefined;
    },
    expire(node, agoMs = 0) {
      expired.set(node as NodeId, performance.now() - agoMs);
      onExpired.get((node === 'one' ? 'two' : 'one') as NodeId)?.(node as NodeId);
    },
    close() {
      for (const node of Object.values(nodes)) node.close();
    },
  };
}
