// The page `/phone`: people log in with a name and call each other. Puts the parts together; what happens when is in
// phone-rules.
import { createLadder } from './ladder/ladder.js';
import { createPhoneBell } from './phone/phone-bell.js';
import { createPhoneLine } from './phone/phone-line.js';
import { recall, remember } from './phone/phone-memory.js';
import { createPhonePanel } from './phone/phone-panel.js';
import { begin, happen, memoryOf, ringMs } from './phone/phone-rules.js';
import type { Deed, Phone, PhoneEvent, Step } from './phone/phone-states.js';
import { createPhoneTalk } from './phone/phone-talk.js';
import { viewOf } from './phone/phone-view.js';
import { shown } from './phone/phone-words.js';
import { createRingClock } from './phone/ring-clock.js';
import { part } from './page-parts.js';

const ladder = createLadder(part('ladder', HTMLElement));
const panel = createPhonePanel({
  hear,
  call: (to) => hear({ kind: 'call', id: newId(), to }),
});
const line = createPhoneLine({ hear, newId, onTrace: ladder.hear });
const talk = createPhoneTalk({ host: part('talk', HTMLElement), hear, onTrace: ladder.hear });
const bell = createPhoneBell();
const clock = createRingClock(ringMs, (id) => hear({ kind: 'time is over', id }));
let ids = 0;
/** What happens on the way out is not to be remembered. */
let isLeaving = false;
const first = begin(recall());
let phone = first.phone;
take(first);

function newId(): number {
  ids += 1;
  return ids;
}

function hear(event: PhoneEvent): void {
  if (!isLeaving) take(happen(phone, event));
}

function take(step: Step): void {
  phone = step.phone;
  for (const deed of step.deeds) perform(deed);
  const view = viewOf(phone);
  panel.show(view);
  bell.ring(view.ring?.where === 'here');
  clock.set(view.ring?.id);
  remember(memoryOf(phone));
}

function perform(deed: Deed): void {
  switch (deed.do) {
    case 'log in':
      return line.logIn(deed.name);
    case 'log out':
      return line.logOut();
    case 'ask for media':
      return talk.ask(deed.id, deed.way);
    case 'let media go':
      return talk.letMediaGo();
    case 'call':
      return line.call(deed.id, deed.to, deed.way);
    case 'take back':
      return line.takeBack();
    case 'decline':
      return line.decline();
    case 'take':
      line.take();
      return startTalking(deed.id);
    case 'talk':
      return startTalking(deed.id);
    case 'hang up':
      return line.hangUp(talk.hangUp());
  }
}

function startTalking(id: number): void {
  if (!line.channel || phone.phase !== 'online' || phone.doing.is !== 'talking') return;
  talk.start(id, line.channel, shown(phone.doing.with));
}

// Whoever leaves the page leaves the call, and is away at once: the name is free, and a page that is only loaded again
// logs in again. While it rings, the name is kept, so that it rings again after that. A page that the browser keeps may
// come back by itself, but a call does not wait for it.
addEventListener('pagehide', ({ persisted }) => {
  if (persisted) {
    hear({ kind: 'hang up' });
    hear({ kind: 'take back' });
  } else if (!isCalled(phone)) {
    isLeaving = true;
    line.takeBack();
    line.logOutAtOnce();
  }
});

function isCalled(now: Phone): boolean {
  return now.phase === 'online' && (now.doing.is === 'ringing' || now.doing.is === 'taking');
}
