// A call from the first ring to the end: calling, ringing, the camera, the other's answer. Pure. Leaves being logged
// in to phone-line-rules, and how all that looks to phone-view.
//
// The camera is asked for before it rings, and before a call is taken: nobody is rung up by somebody who then cannot
// talk, or has to wait in a call for the other to find a button.
import type { Deed, Missed, Online, CallEvent, Ring, Step, Way } from './phone-states.js';
import { end, go, stay, tell } from './phone-step.js';
import { notTaken, words } from './phone-words.js';

/** Missed calls that stay on the page. */
const maxMissed = 10;

export function call(phone: Online, { id, to }: Extract<CallEvent, { kind: 'call' }>): Step {
  const name = to.trim();
  if (phone.doing.is !== 'free') return stay(phone);
  if (name === '') return tell(phone, words.nobodyToCall);
  if (phone.isLost) return tell(phone, words.noServerNow);
  return prepare(phone, id, name, phone.way);
}

function prepare(phone: Online, id: number, to: string, way: Way): Step {
  return go(phone, { is: 'preparing', id, to, way }, { do: 'ask for media', id, way });
}

function prepareToTake(phone: Online, ring: Ring, way: Way): Step {
  return go(phone, { is: 'taking', ring, way }, { do: 'ask for media', id: ring.id, way });
}

export function hearIncoming(
  phone: Online,
  { ring, isForeign }: Extract<CallEvent, { kind: 'incoming' }>,
): Step {
  const { doing } = phone;
  if (doing.is === 'talking') return stay(phone);
  if (isForeign) {
    const missed = miss(phone, ring);
    return { ...tell(missed, words.foreign(ring.name)), deeds: [{ do: 'decline' }] };
  }
  // Both want to call each other, and the other's camera was quicker.
  if (doing.is === 'preparing' && isSame(doing.to, ring.name)) return prepareToTake(phone, ring, doing.way);
  const before = doing.is === 'ringing' || doing.is === 'taking' ? miss(phone, doing.ring) : phone;
  const step = go(before, { is: 'ringing', ring });
  return doing.is === 'free' ? step : { ...step, deeds: [{ do: 'let media go' }] };
}

/** Names that are equal after NFC are one name. [U2] */
function isSame(one: string, other: string): boolean {
  return one.normalize('NFC') === other.normalize('NFC');
}

export function take(phone: Online): Step {
  const { doing } = phone;
  if (doing.is !== 'ringing') return stay(phone);
  return prepareToTake(phone, doing.ring, phone.way);
}

export function decline(phone: Online): Step {
  const { doing } = phone;
  if (doing.is !== 'ringing' && doing.is !== 'taking') return stay(phone);
  return end(phone, undefined, { do: 'decline' });
}

/** The caller has given up, or the connection to the caller has. */
export function hearRingEnded(phone: Online, id: number): Step {
  const { doing } = phone;
  if ((doing.is !== 'ringing' && doing.is !== 'taking') || doing.ring.id !== id) return stay(phone);
  return lookAway(phone, doing.ring);
}

function lookAway(phone: Online, ring: Ring, ...deeds: Deed[]): Step {
  const news = { text: words.missed(ring.name), again: ring.name };
  return end(miss(phone, ring), news, ...deeds);
}

function miss(phone: Online, { name, at }: Ring): Online {
  const missed: Missed[] = [{ name, at }, ...phone.missed];
  return { ...phone, missed: missed.slice(0, maxMissed) };
}

export function hearMedia(phone: Online, id: number): Step {
  const { doing } = phone;
  if (doing.is === 'preparing' && doing.id === id) {
    const { to, way } = doing;
    return go(phone, { is: 'calling', id, to }, { do: 'call', id, to, way });
  }
  if (doing.is === 'taking' && doing.ring.id === id) {
    return go(phone, { is: 'talking', id, with: doing.ring.name }, { do: 'take', id });
  }
  return stay(phone);
}

export function hearNoMedia(
  phone: Online,
  { id, sentence: trouble }: Extract<CallEvent, { kind: 'media failed' }>,
): Step {
  const { doing } = phone;
  if (doing.is === 'preparing' && doing.id === id) return go(phone, { ...doing, trouble });
  if (doing.is === 'taking' && doing.ring.id === id) return go(phone, { ...doing, trouble });
  return stay(phone);
}

export function goOn(phone: Online, event: Extract<CallEvent, { kind: 'go on' }>): Step {
  const { doing } = phone;
  if (doing.is !== 'preparing' && doing.is !== 'taking') return stay(phone);
  // It is being asked for at this moment.
  if (doing.trouble === undefined) return stay(phone);
  const { way = doing.way } = event;
  return doing.is === 'preparing'
    ? prepare(phone, doing.id, doing.to, way)
    : prepareToTake(phone, doing.ring, way);
}

export function takeBack(phone: Online): Step {
  const { doing } = phone;
  if (doing.is === 'preparing') return end(phone, undefined);
  return doing.is === 'calling' ? end(phone, undefined, { do: 'take back' }) : stay(phone);
}

/** It has rung for long enough, here or there. */
export function hearTime(phone: Online, id: number): Step {
  const { doing } = phone;
  if (doing.is === 'calling' && doing.id === id) {
    const news = { text: words.noAnswer(doing.to), again: doing.to };
    return end(phone, news, { do: 'take back' });
  }
  if ((doing.is === 'ringing' || doing.is === 'taking') && doing.ring.id === id) {
    return lookAway(phone, doing.ring, { do: 'decline' });
  }
  return stay(phone);
}

export function hearTaken(phone: Online, id: number): Step {
  const { doing } = phone;
  if (doing.is !== 'calling' || doing.id !== id) return stay(phone);
  return go(phone, { is: 'talking', id, with: doing.to }, { do: 'talk', id });
}

export function hearNotTaken(
  phone: Online,
  { id, reason, sentence }: Extract<CallEvent, { kind: 'not taken' }>,
): Step {
  const { doing } = phone;
  if (doing.is !== 'calling' || doing.id !== id) return stay(phone);
  const text = notTaken(doing.to, reason, sentence);
  return end(phone, reason === 'refused' ? { text } : { text, again: doing.to });
}

export function hangUp(phone: Online): Step {
  const { doing } = phone;
  if (doing.is !== 'talking') return stay(phone);
  return end(phone, { text: words.over(doing.with) }, { do: 'hang up' });
}

export function hearCallOver(phone: Online, event: Extract<CallEvent, { kind: 'call over' }>): Step {
  const { doing } = phone;
  if (doing.is !== 'talking' || doing.id !== event.id) return stay(phone);
  const other = doing.with;
  const hangUpToo: Deed = { do: 'hang up' };
  switch (event.how) {
    case 'me':
      return end(phone, { text: words.over(other) }, hangUpToo);
    case 'other':
      return end(phone, { text: words.hungUp(other) }, hangUpToo);
    case 'failed':
      return end(phone, { text: words.failed(other, event.sentence ?? ''), again: other }, hangUpToo);
  }
}
