// A phone in each of its states, for the tables of its rules.
import { happen } from '../../client/pages/phone/phone-rules.js';
import type {
  Doing,
  Online,
  Phone,
  PhoneEvent,
  Ring,
  SignedOut,
  SigningIn,
  Way,
} from '../../client/pages/phone/phone-states.js';
import { words } from '../../client/pages/phone/phone-words.js';

export const out: SignedOut = { phase: 'signed out', way: 'camera', draft: '' };
export const entering: SigningIn = { phase: 'signing in', way: 'camera', name: 'ann', isUnreachable: false };
export const free: Online = {
  phase: 'online',
  way: 'camera',
  name: 'ann',
  isLost: false,
  people: [{ name: 'bob', busy: false }],
  missed: [],
  doing: { is: 'free' },
};
export const ring: Ring = { id: 7, name: 'bob', at: 1000, way: 'sound' };
export const cysRing: Ring = { id: 8, name: 'cy', at: 2000 };

export const preparing = doing({ is: 'preparing', id: 3, to: 'bob', way: 'camera' });
export const troubled = doing({ is: 'preparing', id: 3, to: 'bob', way: 'camera', trouble: 'No camera.' });
export const calling = doing({ is: 'calling', id: 3, to: 'bob' });
export const ringing = doing({ is: 'ringing', ring });
export const taking = doing({ is: 'taking', ring, way: 'camera' });
export const troubledTaking = doing({ is: 'taking', ring, way: 'camera', trouble: 'No camera.' });
export const talking = doing({ is: 'talking', id: 3, with: 'bob' });
export const missed = [{ name: 'bob', at: 1000 }];
export const missedNews = { text: words.missed('bob'), again: 'bob' };

export function doing(what: Doing): Online {
  return { ...free, doing: what };
}

/** Free, with a sentence about what was before. */
export function freeWith(text: string, again?: string): Online {
  return { ...free, news: again === undefined ? { text } : { text, again } };
}

/** What is done, in short. */
export function shortly(phone: Phone, event: PhoneEvent): { next: Phone; does: string[] } {
  const step = happen(phone, event);
  return {
    next: step.phone,
    does: step.deeds.map(({ do: what, ...rest }) => [what, ...Object.values(rest)].join(' ')),
  };
}

export function askWith(way: Way, id = 3): string {
  return `ask for media ${id} ${way}`;
}
