// Two machines of the negotiation rules, each with a model of a connection, and an ordered channel each way: the stage of
// the property test. Nothing moves by itself.
import {
  beginNegotiation,
  negotiate,
  type NegotiationSignal,
  type Negotiation,
  type NegotiationEffect,
  type NegotiationEvent,
} from '../../client/call/negotiation-rules.js';
import { createConnectionModel, type ConnectionModel } from './negotiation-model.js';

export type Side = 0 | 1;

export interface Caller {
  readonly negotiation: Negotiation;
  readonly connection: ConnectionModel;
  /** What it wants to send. */
  readonly items: ReadonlySet<string>;
  /** Since its last restart: the generation that it had then. */
  readonly worn: string | undefined;
  /** Offers that it has sent, and offers of the other that it has taken. */
  readonly offers: number;
  readonly taken: number;
}

export interface NegotiationStage {
  readonly callers: readonly [Caller, Caller];
  add(side: Side): void;
  remove(side: Side): void;
  restart(side: Side): void;
  /** Each does the next thing of its kind. @returns false when there is none */
  deliver(side: Side): boolean;
  finish(side: Side): boolean;
  gather(side: Side): boolean;
  raise(side: Side): boolean;
  /** Everything happens, until nothing is left. @throws when it goes on for ever */
  calmDown(): void;
}

const maxSteps = 20_000;

export interface NegotiationOptions {
  arePolite: readonly [boolean, boolean];
  /** The polite one leaves the first offer to the other, as the negotiator does. */
  isOrderly: boolean;
}

export function createNegotiationStage({ arePolite, isOrderly }: NegotiationOptions): NegotiationStage {
  let items = 0;
  const wires: [NegotiationSignal[], NegotiationSignal[]] = [[], []];

  function createCaller(side: Side) {
    const other = side === 0 ? 1 : 0;
    const connection = createConnectionModel(side === 0 ? 'ann' : 'bob', {
      onNeeded() {
        if (isOrderly && arePolite[side] && !connection.agreed) return;
        happen({ kind: 'needed' });
      },
      onCandidate(candidate) {
        wires[other].push({ candidate });
      },
      onDone(description) {
        happen(description ? { kind: 'done', description } : { kind: 'done' });
      },
    });

    function happen(event: NegotiationEvent): void {
      const step = negotiate(caller.negotiation, event);
      caller.negotiation = step.negotiation;
      for (const effect of step.effects) perform(effect);
    }

    function perform(effect: NegotiationEffect): void {
      switch (effect.do) {
        case 'send':
          if (effect.description.type === 'offer') caller.offers += 1;
          wires[other].push({ description: effect.description });
          return;
        case 'add':
          connection.addCandidate(effect.candidate);
          return;
        case 'accept':
          if (effect.description.type === 'offer') caller.taken += 1;
          connection.setRemote(effect.description);
          return;
        case 'offer':
        case 'answer':
          connection.setLocal();
      }
    }

    const caller = {
      negotiation: beginNegotiation(arePolite[side]),
      connection,
      items: new Set<string>(),
      worn: undefined as string | undefined,
      offers: 0,
      taken: 0,
      happen,
    };
    return caller;
  }

  const callers = [createCaller(0), createCaller(1)] as const;

  function add(side: Side): void {
    const item = `${side === 0 ? 'ann' : 'bob'}'s ${++items}`;
    callers[side].items.add(item);
    callers[side].connection.send(item);
  }

  const stage: NegotiationStage = {
    callers,
    add,
    remove(side) {
      // The first is the channel for texts, which stays.
      const [, item] = callers[side].items;
      if (item === undefined) return;
      callers[side].items.delete(item);
      callers[side].connection.sendNoMore(item);
    },
    restart(side) {
      const { connection } = callers[side];
      callers[side].worn = connection.found.ufrag;
      connection.restartIce();
    },
    deliver(side) {
      const signal = wires[side].shift();
      if (signal) callers[side].happen({ kind: 'received', signal });
      return signal !== undefined;
    },
    finish: (side) => callers[side].connection.finish(),
    gather: (side) => callers[side].connection.gather(),
    raise: (side) => callers[side].connection.raise(),
    calmDown() {
      for (let step = 0; step < maxSteps; step += 1) {
        const moved = ([0, 1] as const).map((side) =>
          [stage.finish, stage.raise, stage.gather, stage.deliver].some((move) => move(side)),
        );
        if (!moved.includes(true)) return;
      }
      throw new Error('it goes on for ever');
    },
  };
  return stage;
}
