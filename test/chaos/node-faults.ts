// What happens to the nodes of a cluster: one is killed and started again, or stopped for longer than its lease. Two of
// these go on at the same time; a node that something is happening to is left alone by the other one.
import { setTimeout as pause } from 'node:timers/promises';
import { leaseMs } from '../../server/cluster/lease-scripts.js';
import type { Balancer } from '../support/balancer.js';
import type { ClusterNode } from '../support/cluster.js';
import type { Chance } from '../support/chance.js';
import type { Crowd } from './crowd.js';

export interface NodeFaultsParts {
  nodes: readonly ClusterNode[];
  crowd: Crowd;
  balancer: Balancer;
  chance: Chance;
}

export interface NodeFaults {
  /** SIGKILL, then a new one on the same port. */
  kill(): Promise<void>;
  /** SIGSTOP, and SIGCONT after its lease has run out. */
  stop(): Promise<void>;
}

export function createNodeFaults({ nodes, crowd, balancer, chance }: NodeFaultsParts): NodeFaults {
  const taken = new Set<ClusterNode>();

  async function onSome(fault: (node: ClusterNode) => Promise<void>): Promise<void> {
    const [first, ...others] = nodes.filter((node) => !taken.has(node));
    if (!first) throw new Error('No node is left.');
    const node = chance.pick([first, ...others]);
    taken.add(node);
    balancer.avoid(node.port);
    await fault(node);
    balancer.use(node.port);
    taken.delete(node);
  }

  return {
    kill: () =>
      onSome(async (node) => {
        await node.kill();
        await node.startAgain();
      }),
    stop: () =>
      onSome(async (node) => {
        // Its stop is noted first: from then on nobody there counts, and what they still get proves nothing.
        crowd.watch.stops(node.name);
        node.freeze();
        await pause(leaseMs + chance.whole(200, 3000));
        crowd.watch.goesOn(node.name);
        node.thaw();
        await node.becomesReady();
        await crowd.askAll(node);
      }),
  };
}
