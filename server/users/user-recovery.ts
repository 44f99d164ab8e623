// Makes up for what notices could not tell: reads again what is kept of the names of this node's connections, after
// whatever may have lost a notice. Costs the hot path nothing.
import { nodeOf, type NodeId } from '../cluster/address.js';
import type { Courier } from '../cluster/courier.js';
import type { NodeLease } from '../cluster/node-lease.js';
import { createFaultLog } from '../platform/fault-log.js';
import { insist } from '../platform/insist.js';
import type { Logger } from '../platform/logger.js';
import type { UserConnection } from './user-connection.js';
import type { UserDesk } from './user-desk.js';
import type { UserParcel } from './user-parcel.js';
import type { Link } from './user-rules.js';
import { lateChangeMs, type UserStore } from './user-store.js';

/** At once; each is one question to the store, or two. */
const atOnce = 50;

/** So often it is read again while newer things are heard meanwhile; then what is kept counts. */
const maxRounds = 5;

/** A third of the day for which the store keeps a name. */
const keepEveryMs = 8 * 3_600_000;

export interface UserRecoveryParts {
  desk: UserDesk;
  store: UserStore;
  courier: Courier<UserParcel>;
  lease: NodeLease;
  logger: Logger;
  /** Those of this node. */
  connections: () => Iterable<UserConnection>;
}

export interface UserRecovery {
  /** What became of its last wish is not known, and may be decided late; neither may the other of its call know. */
  doubt(connection: UserConnection): void;
  /** Another node says that this connection may have missed something. */
  look(connection: UserConnection): void;
  /** For one connection: watches the node of whom it is linked with. */
  createLinkWatch(): (link: Link | null) => void;
  close(): void;
}

export function createUserRecovery(parts: UserRecoveryParts): UserRecovery {
  const { desk, store, courier, lease, logger, connections } = parts;
  let isClosed = false;
  const onFault = createFaultLog((cause, faults) => {
    logger.warn({ err: cause, faults }, 'what is kept of a user could not be read again yet');
  });

  async function catchUp(connection: UserConnection): Promise<void> {
    for (let round = 1; round <= maxRounds; round++) {
      const { actor } = connection;
      if (!actor || connection.isOver || connection.isGone()) return;
      const { standing, version } = await desk.recall(actor, connection.isGone);
      // What it said before it closed is still to be heard.
      if (connection.isGone()) return;
      if (connection.catchUp(standing, version, round === maxRounds)) return;
    }
  }

  async function catchUpAll(chosen: readonly UserConnection[]): Promise<void> {
    const waiting = chosen.values();
    const workers = Array.from({ length: Math.min(atOnce, chosen.length) }, async () => {
      for (const connection of waiting) await catchUp(connection);
    });
    await Promise.all(workers);
  }

  function catchUpForSure(choose: () => readonly UserConnection[]): void {
    void insist(
      () => catchUpAll(choose()),
      () => isClosed,
      onFault,
    );
  }

  courier.onLoss(() => {
    catchUpForSure(() => [...connections()]);
  });
  lease.onLapsed((node) => {
    catchUpForSure(() => [...connections()].filter(({ link }) => link && nodeOf(link.connection) === node));
  });
  lease.onNewEpoch(() => catchUpAll([...connections()]));

  const keeping =
    lease.node === undefined
      ? undefined
      : setInterval(() => {
          const names = [...connections()].flatMap(({ user }) => user?.name ?? []);
          store.keep(names).catch(onFault);
        }, keepEveryMs);
  keeping?.unref();

  return {
    doubt(connection) {
      const before = connection.link;
      const ask = async (): Promise<void> => {
        await catchUp(connection);
        for (const link of [before, connection.link]) {
          if (link) courier.carry(link.connection, { kind: 'look' }, 'notice');
        }
      };
      const isOver = (): boolean => isClosed || connection.isOver || connection.isGone();
      void insist(ask, isOver, onFault);
      setTimeout(() => {
        if (!isOver()) void insist(ask, isOver, onFault);
      }, lateChangeMs).unref();
    },
    look(connection) {
      catchUpForSure(() => [connection]);
    },
    createLinkWatch() {
      let watched: NodeId | undefined;
      let unwatch: (() => void) | undefined;
      return (link) => {
        const node = link ? nodeOf(link.connection) : undefined;
        if (node === watched) return;
        unwatch?.();
        watched = node;
        unwatch = node === undefined || node === lease.node ? undefined : lease.watch(node);
      };
    },
    close() {
      isClosed = true;
      clearInterval(keeping);
    },
  };
}
