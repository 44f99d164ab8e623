// What the phone does when something happens. Pure: leaves the line, the media and the clock to the edges, and how it
// looks to phone-view.
import {
  call,
  decline,
  goOn,
  hangUp,
  hearCallOver,
  hearIncoming,
  hearMedia,
  hearNoMedia,
  hearNotTaken,
  hearRingEnded,
  hearTaken,
  hearTime,
  take,
  takeBack,
} from './phone-call-rules.js';
import {
  comeBack,
  hearTakenAlready,
  hearLineOver,
  hearLoggedIn,
  logIn,
  logOut,
  lose,
} from './phone-line-rules.js';
import type { CallEvent, Online, Phone, PhoneEvent, Step } from './phone-states.js';
import { stay } from './phone-step.js';

export { begin, memoryOf, type Memory } from './phone-line-rules.js';

/** How long a call rings, here and there. */
export const ringMs = 45_000;

export function happen(phone: Phone, event: PhoneEvent): Step {
  switch (event.kind) {
    case 'log in':
      return logIn(phone, event.name);
    case 'logged in':
      return hearLoggedIn(phone);
    case 'line over':
      return hearLineOver(phone, event);
    case 'lost':
      return lose(phone);
    case 'taken already':
      return hearTakenAlready(phone, event.freeInMs);
    case 'back':
      return comeBack(phone);
    case 'people':
      return phone.phase === 'online' ? stay({ ...phone, people: event.people }) : stay(phone);
    case 'chose':
      return stay({ ...phone, way: event.way });
    case 'log out':
      return logOut(phone);
    case 'call':
    case 'media ready':
    case 'media failed':
    case 'go on':
    case 'take back':
    case 'taken':
    case 'not taken':
    case 'incoming':
    case 'take':
    case 'decline':
    case 'ring ended':
    case 'time is over':
    case 'hang up':
    case 'call over':
      return phone.phase === 'online' ? happenToCall(phone, event) : stay(phone);
  }
}

function happenToCall(phone: Online, event: CallEvent): Step {
  switch (event.kind) {
    case 'call':
      return call(phone, event);
    case 'media ready':
      return hearMedia(phone, event.id);
    case 'media failed':
      return hearNoMedia(phone, event);
    case 'go on':
      return goOn(phone, event);
    case 'take back':
      return takeBack(phone);
    case 'taken':
      return hearTaken(phone, event.id);
    case 'not taken':
      return hearNotTaken(phone, event);
    case 'incoming':
      return hearIncoming(phone, event);
    case 'take':
      return take(phone);
    case 'decline':
      return decline(phone);
    case 'ring ended':
      return hearRingEnded(phone, event.id);
    case 'time is over':
      return hearTime(phone, event.id);
    case 'hang up':
      return hangUp(phone);
    case 'call over':
      return hearCallOver(phone, event);
  }
}
