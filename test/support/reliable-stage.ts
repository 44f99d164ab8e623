// Two ends of a conversation and a server between them that forgets everything it does not hold in its hands: the stage of the
// property test. Connections are in order; they are cut, whole or silently, and frames on them are lost and doubled.
import { createPace } from '../../client/reliable/pace.js';
import { createReceiver } from '../../client/reliable/receiver.js';
import { createSender } from '../../client/reliable/sender.js';
import type { Sink } from '../../client/reliable/outbox.js';
import type { ChannelFailure } from '../../client/transport/channel-failure.js';
import type { RateGrant } from '../../server/protocol/rate-grant.js';
import { createHeldClock, settle } from './held-clock.js';
import type { Down, Person, ReliableStage, Sent, Side } from './reliable-plot.js';

const limits = { maxMessages: 6, maxBytes: 10_000 };

/** @param rateLimit of the server, which each side learns when it enters */
export function createReliableStage(rateLimit: RateGrant['rateLimit']): ReliableStage {
  const sent: Sent[] = [];
  const arrived: ReliableStage['arrived'][number][] = [];
  const clock = createHeldClock();
  let incarnations = 0;
  let said = 0;
  const people: [Person, Person] = [createPerson(), createPerson()];

  function createPerson(): Person {
    const me = `i${++incarnations}`;
    const pace = createPace();
    const sink: Sink = {
      addedDepth: 0,
      write(_as, value, meta) {
        pace.spend(0, clock.now());
        if (person.isUp) person.up.push({ is: 'value', value, meta });
      },
      acknowledge(receipt) {
        pace.spend(0, clock.now());
        if (person.isUp) person.up.push({ is: 'receipt', receipt });
      },
      isAbove: () => false,
      check: () => {},
    };
    const sender = createSender({ me, clock, pace, sink, trace: () => {}, limits });
    const receiver = createReceiver({
      me,
      clock,
      pace,
      sink,
      sender,
      hasRoom: () => true,
      deliver(_as, value) {
        arrived.push({ value: String(value), by: String(value).split(':')[0] ?? '', at: me });
      },
    });
    const person: Person = {
      me,
      sender,
      receiver,
      pace,
      sees: undefined,
      isUp: false,
      up: [],
      down: [],
      seat: 'none',
    };
    return person;
  }

  const outside: Person[] = [];
  const otherOf = (side: Side): Person => people[side === 0 ? 1 : 0];

  function hear(side: Side, frame: Down): void {
    const person = people[side];
    const { sender, receiver } = person;
    switch (frame.is) {
      case 'value':
        receiver.take('message', frame.value, frame.meta);
        break;
      case 'receipt':
        sender.receipt(frame.receipt);
        break;
      case 'entered':
        person.sees = frame.peer?.me;
        person.pace.start(rateLimit, clock.now());
        sender.enter(frame.peer, frame.isHere);
        break;
      case 'met':
        person.sees = frame.peer.me;
        sender.meet(frame.peer, frame.isBack);
        break;
      case 'away':
        sender.awayIs();
        break;
      case 'gone':
        person.sees = undefined;
        sender.goneIs();
        break;
    }
  }

  function tell(side: Side, frame: Down): void {
    if (people[side].seat === 'here') people[side].down.push(frame);
  }

  function serverLoses(side: Side): void {
    const person = people[side];
    if (person.seat !== 'here') return;
    person.seat = 'away';
    tell(side === 0 ? 1 : 0, { is: 'away' });
  }

  function clientLoses(person: Person): void {
    person.isUp = false;
    person.up = [];
    person.down = [];
    person.sender.drop();
  }

  function comeBack(side: Side): void {
    const person = people[side];
    const other = otherOf(side);
    clientLoses(person);
    const isReturn = person.seat !== 'none';
    person.seat = 'here';
    person.isUp = true;
    const isThere = other.seat !== 'none';
    person.down.push({
      is: 'entered',
      peer: isThere ? { me: other.me } : null,
      isHere: other.seat === 'here',
    });
    tell(side === 0 ? 1 : 0, { is: 'met', peer: { me: person.me }, isBack: isReturn });
  }

  function move(side: Side, way: 'up' | 'down'): boolean {
    const person = people[side];
    const frame = person[way].shift();
    if (frame === undefined) return false;
    if (way === 'down') hear(side, frame);
    else if (person.seat === 'here') tell(side === 0 ? 1 : 0, frame);
    return true;
  }

  function loseSeat(side: Side): void {
    const person = people[side];
    if (person.seat !== 'away') return;
    person.seat = 'none';
    tell(side === 0 ? 1 : 0, { is: 'gone' });
  }

  function flow(): void {
    for (let moved = true; moved;) {
      moved = false;
      for (const side of [0, 1] as const)
        for (const way of ['up', 'down'] as const) while (move(side, way)) moved = true;
    }
  }

  return {
    sent,
    arrived,
    isWaiting: (me) => outside.some((person) => person.me === me),
    say(side) {
      const person = people[side];
      const value = `${person.me}:${++said}`;
      const message: Sent = { value, by: person.me, meantFor: person.sees, fate: 'open' };
      sent.push(message);
      const become = (fate: Sent['fate']): void => {
        if (message.fate !== 'sender-gone') message.fate = fate;
      };
      person.sender.send(value, 'message').then(
        () => {
          become('settled');
        },
        (failure: unknown) => {
          become((failure as ChannelFailure).reason as Sent['fate']);
        },
      );
    },
    move,
    lose(side, way) {
      // What the server itself says is only lost together with the connection.
      const frame = people[side][way][0];
      if (frame?.is === 'value' || frame?.is === 'receipt') people[side][way].shift();
    },
    double(side, way) {
      const frame = people[side][way][0];
      if (frame?.is === 'value' || frame?.is === 'receipt') people[side][way].push(frame);
    },
    cut(side, tells) {
      const person = people[side];
      person.up = [];
      person.down = [];
      if (tells.client || person.seat !== 'here') clientLoses(person);
      if (tells.server) serverLoses(side);
    },
    comeBack,
    loseSeat,
    restartServer() {
      for (const person of people) {
        clientLoses(person);
        person.seat = 'none';
      }
    },
    replace(side) {
      serverLoses(side);
      const before = people[side];
      for (const message of sent) {
        if (message.by === before.me && message.fate === 'open') message.fate = 'sender-gone';
      }
      people[side] = Object.assign(createPerson(), { seat: before.seat });
    },
    giveWay(side) {
      clientLoses(people[side]);
      serverLoses(side);
      loseSeat(side);
      outside.push(people[side]);
      const next = outside.length > 1 ? outside.shift() : undefined;
      people[side] = next ?? createPerson();
    },
    flow,
    wait(ms) {
      clock.advanceNow(ms);
    },
    async calmDown() {
      comeBack(0);
      comeBack(1);
      for (let round = 0; round < 50; round++) {
        flow();
        clock.advanceNow(1000);
      }
      await settle();
    },
  };
}
