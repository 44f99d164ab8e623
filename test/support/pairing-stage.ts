// Two people's pairings, with connections that agree by themselves and find no path, and an ordered channel each way: the
// stage of the pairings' property test. Nothing is lost on the channels, and nothing moves by itself.
import { trackCallState } from '../../client/call/call.js';
import { createSessionCoordinator, type SessionCoordinator } from '../../client/call/session-coordinator.js';
import { settle } from './call-scene.js';
import { createFakeChannel, type FakeChannel } from './fake-channel.js';
import { FakeConnection } from './fake-connection.js';
import { createHeldClock } from './held-clock.js';

export type Side = 0 | 1;

export interface PairingStage {
  readonly connections: number;
  /** The two connections that think of each other. @throws when they do not */
  pair(): [FakeConnection, FakeConnection];
  /** The next signal to this side arrives. @returns false when there is none */
  deliver(side: Side): Promise<boolean>;
  /** This side sees the other leave and come back; the other has noticed nothing. */
  blink(side: Side): Promise<void>;
  /** This side ends its call without a word, and begins another. */
  startAgain(side: Side): Promise<void>;
  /** Everything arrives. @throws when it goes on for ever */
  calmDown(): Promise<void>;
}

const maxSteps = 2000;

interface Person {
  channel: FakeChannel;
  pairing: SessionCoordinator;
  stop: () => void;
}

export function createPairingStage(): PairingStage {
  const wires: [unknown[], unknown[]] = [[], []];
  FakeConnection.all.length = 0;

  function call(channel: FakeChannel): Pick<Person, 'pairing' | 'stop'> {
    const ignore = (): void => {};
    const callState = trackCallState({ emit: ignore }, ignore);
    const pairing = createSessionCoordinator({
      channel: channel.channel,
      clock: createHeldClock(),
      callState,
      answerWithinMs: 30_000,
      connectWithinMs: 30_000,
      configuration: () => ({}),
      trace: ignore,
      // As every call has its texts, there is always something to offer.
      onBegin: ignore,
      onEnd: ignore,
      onPath: ignore,
      onReport: ignore,
      onTrack: ignore,
      onRemoteStream: ignore,
      onText: ignore,
    });
    return { pairing, stop: pairing.listen() };
  }

  function createPerson(side: Side): Person {
    const channel = createFakeChannel(side === 0 ? 'initiator' : 'joiner', (signal) => {
      wires[side === 0 ? 1 : 0].push(signal);
    });
    channel.peerIs('here', 'the other');
    return { channel, ...call(channel) };
  }

  const people = [createPerson(0), createPerson(1)] as const;

  async function deliver(side: Side): Promise<boolean> {
    const [signal] = wires[side].splice(0, 1);
    if (signal === undefined) return false;
    people[side].channel.hear(signal);
    await settle();
    return true;
  }

  function connectionOf(side: Side): FakeConnection {
    const connection = people[side].pairing.session?.connection;
    const found = FakeConnection.all.find((each) => Object.is(each, connection));
    if (!found) throw new Error('one has no connection');
    return found;
  }

  return {
    get connections() {
      return FakeConnection.all.length;
    },
    pair() {
      const [ann, bob] = people.map(({ pairing }) => pairing.session);
      if (ann?.other !== bob?.id || bob?.other !== ann?.id) throw new Error('they do not know each other');
      return [connectionOf(0), connectionOf(1)];
    },
    deliver,
    async blink(side) {
      people[side].channel.peerIs('gone');
      people[side].channel.peerIs('here');
      await settle();
    },
    async startAgain(side) {
      people[side].stop();
      Object.assign(people[side], call(people[side].channel));
      await settle();
    },
    async calmDown() {
      await settle();
      for (let step = 0; step < maxSteps; step += 1) {
        const moved = [await deliver(0), await deliver(1)];
        if (!moved.includes(true)) return;
      }
      throw new Error('it goes on for ever');
    },
  };
}
