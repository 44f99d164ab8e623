// Being logged in: the name, the connection, who is there. Pure. Leaves calls to phone-call-rules.
import type { Online, Phone, PhoneEvent, SignedOut, SigningIn, Step, Way } from './phone-states.js';
import { stay } from './phone-step.js';
import { lineOver, words } from './phone-words.js';

/** What a page remembers for when it is loaded again. */
export interface Memory {
  name?: string;
  /** The other of the call that is going on. */
  with?: string;
  way: Way;
}

export function begin({ name, with: other, way }: Memory): Step {
  if (name === undefined) return stay({ phase: 'signed out', way, draft: '' });
  const step = logIn({ phase: 'signed out', way, draft: name }, name);
  return other === undefined ? step : { ...step, phone: { ...step.phone, wasWith: other } as SigningIn };
}

export function memoryOf(phone: Phone): Memory {
  const { way } = phone;
  if (phone.phase === 'signed out') return { way };
  const other = phone.phase === 'signing in' ? phone.wasWith : otherOf(phone);
  return other === undefined ? { name: phone.name, way } : { name: phone.name, with: other, way };
}

/** Whom one calls or talks to; a call that rings here rings again after a reload. */
function otherOf({ doing }: Online): string | undefined {
  if (doing.is === 'calling') return doing.to;
  return doing.is === 'talking' ? doing.with : undefined;
}

export function logIn(phone: Phone, text: string): Step {
  if (phone.phase !== 'signed out') return stay(phone);
  const { way } = phone;
  const name = text.trim();
  if (name === '') return stay({ phase: 'signed out', way, draft: '', problem: words.noName });
  return {
    phone: { phase: 'signing in', way, name, isUnreachable: false },
    deeds: [{ do: 'log in', name }],
  };
}

export function hearLoggedIn(phone: Phone): Step {
  if (phone.phase !== 'signing in') return stay(phone);
  const { way, name, wasWith } = phone;
  const online: Online = {
    phase: 'online',
    way,
    name,
    isLost: false,
    people: 'unknown',
    missed: [],
    doing: { is: 'free' },
  };
  if (wasWith === undefined) return stay(online);
  return stay({ ...online, news: { text: words.loadedAgain(wasWith), again: wasWith } });
}

export function hearLineOver(phone: Phone, event: Extract<PhoneEvent, { kind: 'line over' }>): Step {
  if (phone.phase === 'signed out') return stay(phone);
  const { reason, sentence } = event;
  const { way, name } = phone;
  const out: SignedOut = { phase: 'signed out', way, draft: name };
  if (phone.phase === 'signing in') {
    return stay({ ...out, problem: sentence });
  }
  return {
    phone: { ...out, news: lineOver(name, reason, sentence) },
    deeds: phone.doing.is === 'free' ? [] : [{ do: 'hang up' }, { do: 'let media go' }],
  };
}

/** A name that somebody uses is not waited for: one may want another. */
export function hearTakenAlready(phone: Phone, freeInMs: number | undefined): Step {
  if (phone.phase !== 'signing in') return stay(phone);
  if (freeInMs !== undefined) return stay({ ...phone, isUnreachable: false, freeInMs });
  const { way, name } = phone;
  return {
    phone: { phase: 'signed out', way, draft: name, problem: words.taken(name) },
    deeds: [{ do: 'log out' }],
  };
}

export function lose(phone: Phone): Step {
  switch (phone.phase) {
    case 'signed out':
      return stay(phone);
    case 'signing in': {
      const { freeInMs: _freeInMs, ...trying } = phone;
      return stay({ ...trying, isUnreachable: true });
    }
    case 'online':
      return stay({ ...phone, isLost: true });
  }
}

export function comeBack(phone: Phone): Step {
  return phone.phase === 'online' ? stay({ ...phone, isLost: false }) : stay(phone);
}

/** Out of a call one hangs up first. */
export function logOut(phone: Phone): Step {
  if (phone.phase === 'signed out') return stay(phone);
  if (phone.phase === 'online' && phone.doing.is !== 'free') return stay(phone);
  const { way, name } = phone;
  return { phone: { phase: 'signed out', way, draft: name }, deeds: [{ do: 'log out' }] };
}
