// Two deliveries and a server between them that forgets everything it does not hold in its hands: the stage of the
// property test. Connections are in order; they are cut, whole or silently, and frames on them are lost and doubled.
import { createDelivery, type Effect } from '../../client/signaling/delivery.js';
import { createPace } from '../../client/signaling/pace.js';
import type { RateGrant } from '../../server/protocol/rate-grant.js';
import type { DeliveryStage, Down, Person, Sent, Side } from './delivery-plot.js';

const limits = { maxParcels: 6, maxBytes: 10_000 };

/** @param rateLimit of the server, which each side learns when it enters */
export function createDeliveryStage(rateLimit: RateGrant['rateLimit']): DeliveryStage {
  const sent: Sent[] = [];
  const arrived: DeliveryStage['arrived'][number][] = [];
  let now = 0;
  let incarnations = 0;
  let said = 0;
  const people: [Person, Person] = [createPerson(), createPerson()];

  function createPerson(): Person {
    const me = `i${++incarnations}`;
    const pace = createPace();
    const delivery = createDelivery(me, limits, pace);
    return { me, delivery, pace, sees: undefined, isUp: false, up: [], down: [], seat: 'none' };
  }

  const outside: Person[] = [];
  const otherOf = (side: Side): Person => people[side === 0 ? 1 : 0];

  function perform(person: Person, effects: Effect[]): void {
    for (const effect of effects) {
      if (effect.do === 'write' || effect.do === 'acknowledge') person.pace.spend(0, now);
      switch (effect.do) {
        case 'write':
          if (person.isUp) person.up.push({ is: 'value', value: effect.value, meta: effect.meta });
          break;
        case 'acknowledge':
          if (person.isUp) person.up.push({ is: 'receipt', receipt: effect.receipt });
          break;
        case 'deliver': {
          const value = String(effect.value);
          arrived.push({ value, by: value.split(':')[0] ?? '', at: person.me });
          break;
        }
        case 'settle':
        case 'fail': {
          const message = sent[effect.id];
          if (message?.fate !== 'open') throw new Error(`message ${effect.id} has two fates`);
          message.fate = effect.do === 'settle' ? 'settled' : effect.reason;
          break;
        }
        case 'check':
          break;
      }
    }
  }

  function hear(side: Side, frame: Down): void {
    const person = people[side];
    const { delivery } = person;
    switch (frame.is) {
      case 'value':
        perform(person, delivery.take('message', frame.value, frame.meta, true, now));
        break;
      case 'receipt':
        perform(person, delivery.receipt(frame.receipt, now));
        break;
      case 'entered':
        person.sees = frame.peer?.me;
        person.pace.start(rateLimit, now);
        perform(person, delivery.enter(frame.peer, frame.isHere, now));
        break;
      case 'met':
        person.sees = frame.peer.me;
        perform(person, delivery.meet(frame.peer, frame.isBack, now));
        break;
      case 'away':
        delivery.awayIs();
        break;
      case 'gone':
        person.sees = undefined;
        delivery.goneIs();
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
    person.delivery.drop();
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
      const id = sent.length;
      const value = `${person.me}:${++said}`;
      sent.push({ value, by: person.me, meantFor: person.sees, fate: 'open' });
      perform(person, person.delivery.send({ id, as: 'message', value, bytes: value.length }, now));
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
      people[side] = { ...createPerson(), seat: before.seat };
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
      now += ms;
      for (const person of people) perform(person, person.delivery.tick(now));
    },
    calmDown() {
      comeBack(0);
      comeBack(1);
      for (let round = 0; round < 50; round++) {
        for (const side of [0, 1] as const)
          for (const way of ['up', 'down'] as const) while (move(side, way));
        now += 1000;
        for (const person of people) perform(person, person.delivery.tick(now));
      }
    },
  };
}
