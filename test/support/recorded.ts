// Replays one recorded transition through the real coordinator, on a store that holds nothing but its states.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageBus } from '../../server/cluster/message-bus.js';
import { singleNodeLease } from '../../server/cluster/node-lease.js';
import { createClaim, isLost, type Claim, type Lost, type StateChange } from '../../server/kernel/claim.js';
import { createCoordinator } from '../../server/kernel/coordinator.js';
import { createLocalClaims } from '../../server/kernel/local-claims.js';
import type { RecordStore, States } from '../../server/kernel/record-store.js';
import type { Domain, Rule } from '../../server/kernel/rule.js';
import { createCounters } from '../../server/observability/counters.js';
import { createLogger } from '../../server/observability/logger.js';
import { createScheduler } from '../../server/timing/scheduler.js';
import { projectRoot } from './source-files.js';

/** The moment at which nothing has expired, and that of dead connections. */
export const recordedAt = 100_000;

/** Higher than any tenancy or call of the states before. */
const version = 10;

/** `op | before | after | outcome | told`, one recorded transition. */
export function readRecorded(file: string): { line: string; parts: string[] }[] {
  const text = readFileSync(join(projectRoot, 'test/property/recorded', file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => ({ line, parts: line.split(' | ') }));
}

export interface Replay<State, View extends object, Outcome> {
  domain: Domain<State, View>;
  states: States<State>;
  keys: string[];
  rule: Rule<State, Outcome>;
  afterMs: number;
  dead: string[];
  asker: string | undefined;
  /** The asker does not know what it holds: the answer to its first request was lost. */
  knowsNothing?: boolean;
  /** What the asker knows by its own request, once it is granted. */
  onGranted: (claim: Claim<View>, outcome: Outcome) => void;
}

export interface Replayed<State, View, Outcome> {
  after: States<State>;
  outcome: Outcome;
  /** For each connection the views that it passes through, from what it knows. */
  passed: Map<string, (View | Lost | undefined)[]>;
}

export async function replay<State, View extends object, Outcome>(
  scene: Replay<State, View, Outcome>,
): Promise<Replayed<State, View, Outcome>> {
  const { domain, keys, rule, afterMs, dead, asker, onGranted } = scene;
  let states = scene.states;
  const passed = new Map<string, (View | Lost | undefined)[]>();
  const knownTo = (address: string): View | undefined => domain.viewOf(scene.states, address) ?? undefined;
  const store: RecordStore<State> = {
    transact(asked, change) {
      const given = new Map(asked.map((key) => [key, states.get(key) ?? domain.none]));
      const moment = { now: recordedAt + afterMs, version };
      const found = dead.map((address) => ({ address, expiredAt: recordedAt }));
      const { states: changed, outcome } = change(given, moment, found);
      states = new Map([...states, ...changed]);
      return Promise.resolve({ ...moment, outcome });
    },
    list: () => Promise.resolve({ found: [], over: [] }),
    close: () => Promise.resolve(),
  };
  const bus: MessageBus<StateChange<View>> = {
    attach: () => () => {},
    send(address, { views }) {
      passed.set(address, [knownTo(address), ...views]);
    },
    onLoss: () => {},
    answerProbes: () => {},
    isAlive: () => Promise.resolve(true),
  };
  const scheduler = createScheduler((cause) => {
    throw cause;
  });
  const coordinator = createCoordinator<State, View>({
    domain,
    store,
    bus,
    lease: singleNodeLease,
    claims: createLocalClaims(),
    scheduler,
    counters: createCounters(),
    logger: createLogger({ logLevel: 'silent', logFormat: 'json' }),
    onUnknown: () => {},
  });
  const claim = claimOf(asker ?? '');
  const outcome = await coordinator.request(claim, {
    keys,
    rule,
    granted: (granted) => {
      onGranted(claim, granted);
    },
  });
  coordinator.close();
  scheduler.close();
  return { after: states, outcome, passed };

  function claimOf(address: string): Claim<View> {
    const own: Claim<View> = createClaim<View>({
      address,
      onChange: (before, after) => {
        const known = passed.get(address) ?? [before];
        passed.set(address, [...known, after]);
      },
      onUnknownHold: () => {},
      onKey: () => {},
      onDue: () => {},
      onClose: () => {},
    });
    const held = knownTo(address);
    own.ask(keys[0] ?? '');
    own.settle();
    const isHere = [...scene.states.values()].some((state) => domain.connectionsOf(state).includes(address));
    if (held && isHere && !scene.knowsNothing) own.grant(held);
    return own;
  }
}

/** The events on the way, and how the connection stands at its end. */
export function follow<View extends object, Event>(
  passed: readonly (View | Lost | undefined)[],
  eventsBetween: (before: View | undefined, after: View | Lost) => Event[],
): { events: Event[]; view: View | undefined; lost: Lost['lost'] | undefined } {
  const events: Event[] = [];
  let view = passed[0] as View | undefined;
  let lost: Lost['lost'] | undefined;
  for (const next of passed.slice(1)) {
    if (!next) continue;
    events.push(...eventsBetween(view, next));
    view = isLost(next) ? undefined : next;
    lost = isLost(next) ? next.lost : undefined;
  }
  return { events, view, lost };
}
