// The user protocol once more, as simply as one can say it, to compare the real one with: who has a name, and a list
// of calls. It shares nothing with the server but the words on the wire.

export interface Told {
  to: string;
  message: Record<string, unknown>;
}

/** A login comes from a new connection. `seat`, `next`: numbers for secrets; without `seat`, nothing is kept. */
export type UserCommand =
  | { do: 'login'; who: string; seat?: number; next?: number }
  | { do: 'close'; who: string }
  | { do: 'drop'; who: string }
  /** It does not answer a probe. */
  | { do: 'die'; who: string }
  /** `POST /leave`. */
  | { do: 'announce'; who: string; seat: number }
  | { do: 'wait'; ms: number }
  | { do: 'offer'; who: string; whom: string; value: number }
  | { do: 'answer'; who: string; whom: string; value: number }
  | { do: 'candidate'; who: string; whom: string; value: number }
  | { do: 'leave'; who: string; whom: string };

interface ModelCall {
  caller: string;
  callee: string;
  isAnswered: boolean;
  offer: number;
  hasGlare: boolean;
  ringsUntil: number;
}

/** `until`, `silentSince`: when the grace is over, and since when nothing has come, of those who are away. */
interface ModelHolder {
  secrets: number[];
  until?: number;
  silentSince?: number;
  leftAt?: number;
}

export interface UserModel {
  hasName(name: string): boolean;
  isOnline(name: string): boolean;
  isBusy(name: string): boolean;
  /** What everybody is told because of the command, in order for each of them. */
  run(command: UserCommand): Told[];
}

/** How long a call rings. */
export const ringingMs = 120_000;

const reloadMs = 5000;
const probeMs = 3000;

export function createUserModel(graceMs: number, yieldMs: number): UserModel {
  const holders = new Map<string, ModelHolder>();
  let calls: ModelCall[] = [];
  let now = 0;

  const isOnline = (name: string): boolean => holders.has(name) && holders.get(name)?.until === undefined;
  const callOf = (name: string): ModelCall | undefined =>
    calls.find(({ caller, callee }) => caller === name || callee === name);
  const otherOf = (call: ModelCall, name: string): string =>
    call.caller === name ? call.callee : call.caller;
  const no = (to: string, code: string): Told[] => [{ to, message: { type: 'error', code } }];

  function end(call: ModelCall, by: string): Told[] {
    calls = calls.filter((one) => one !== call);
    return [{ to: otherOf(call, by), message: { type: 'leave', name: by } }];
  }

  function free(name: string): Told[] {
    holders.delete(name);
    const call = callOf(name);
    return call ? end(call, name) : [];
  }

  function offer(who: string, whom: string, value: number): Told[] {
    const told: Told[] = [];
    const first = callOf(who);
    if (first?.caller === who && !first.isAnswered && first.callee !== whom && whom !== who) {
      told.push(...end(first, who));
    }
    const own = callOf(who);
    const relayed: Told = { to: whom, message: { type: 'offer', offer: value, name: who } };
    if (who === whom) return [...told, ...no(who, 'self-call')];
    if (!holders.has(whom)) return [...told, ...no(who, 'not-online')];
    if (own && otherOf(own, who) === whom) {
      if (own.isAnswered) return [relayed];
      if (own.caller === who) {
        own.offer = value;
        return [relayed];
      }
      own.hasGlare = true;
      return [{ to: who, message: { type: 'error', code: 'glare', name: whom, offer: own.offer } }];
    }
    if (own) return no(who, 'in-call');
    if (callOf(whom)) return [...told, ...no(who, 'busy')];
    calls.push({
      caller: who,
      callee: whom,
      isAnswered: false,
      offer: value,
      hasGlare: false,
      ringsUntil: now + ringingMs,
    });
    return [...told, relayed];
  }

  /** What a name's holder finds when it returns. */
  function welcomeBack(who: string): Told[] {
    const answer = { type: 'login', success: true, resumed: true, iceServers: [] };
    const own = callOf(who);
    if (!own) return [{ to: who, message: { ...answer, call: null } }];
    const name = otherOf(own, who);
    const state = own.isAnswered ? 'talking' : own.caller === who ? 'calling' : 'called';
    const told: Told[] = [{ to: who, message: { ...answer, call: { name, state } } }];
    if (state === 'called') told.push({ to: who, message: { type: 'offer', offer: own.offer, name } });
    return told;
  }

  function login(who: string, seat?: number, next?: number): Told[] {
    const holder = holders.get(who);
    const isOwn = seat !== undefined && holder?.secrets.includes(seat);
    const waitMs = holder && !isOwn ? waitFor(holder) : 0;
    if (waitMs > 0) {
      const retry = waitMs < Infinity && seat !== undefined ? { retryInMs: waitMs } : {};
      return [{ to: who, message: { type: 'login', success: false, reason: 'taken', ...retry } }];
    }
    const told = holder && !isOwn ? free(who) : [];
    const secrets = seat === undefined ? [] : next === undefined ? [seat] : [seat, next];
    holders.set(who, { secrets });
    if (holder && isOwn) return welcomeBack(who);
    return [...told, { to: who, message: { type: 'login', success: true, iceServers: [] } }];
  }

  /** Until a stranger can have the name. */
  function waitFor({ until = Infinity, silentSince = Infinity }: ModelHolder): number {
    return (yieldMs === 0 ? until : Math.min(until, silentSince + yieldMs)) - now;
  }

  function announce(who: string, seat: number): Told[] {
    const holder = holders.get(who);
    if (!holder?.secrets.includes(seat)) return [];
    if (holder.until === undefined) holder.leftAt = now;
    else holder.until = Math.min(holder.until, now + reloadMs);
    return [];
  }

  function wait(ms: number): Told[] {
    now += ms;
    const freed = [...holders].flatMap(([name, { until }]) =>
      until !== undefined && until <= now ? free(name) : [],
    );
    const unanswered = calls.filter(({ isAnswered, ringsUntil }) => !isAnswered && ringsUntil <= now);
    const over = unanswered.flatMap((call) => [...end(call, call.caller), ...end(call, call.callee)]);
    return [...freed, ...over];
  }

  function say(command: Extract<UserCommand, { whom: string }>): Told[] {
    const { who, whom } = command;
    if (command.do === 'offer') return offer(who, whom, command.value);
    const own = callOf(who);
    if (!own || otherOf(own, who) !== whom) return no(who, 'not-in-call');
    if (command.do === 'leave') return end(own, who);
    const waits = !own.isAnswered && own.callee === who;
    if (command.do === 'answer') {
      if (waits) own.isAnswered = true;
      return [{ to: whom, message: { type: 'answer', answer: command.value, name: who } }];
    }
    if (waits && own.hasGlare) return [];
    return [{ to: whom, message: { type: 'candidate', candidate: command.value, name: who } }];
  }

  function drop(who: string, silentMs = 0): Told[] {
    const holder = holders.get(who);
    if (!holder || holder.secrets.length === 0) return free(who);
    const { leftAt = -Infinity } = holder;
    const reloadUntil = leftAt + reloadMs > now ? leftAt + reloadMs : Infinity;
    delete holder.leftAt;
    holder.until = Math.min(now + graceMs, reloadUntil);
    holder.silentSince = now - silentMs;
    return [];
  }

  function tell(command: UserCommand): Told[] {
    switch (command.do) {
      case 'login':
        return login(command.who, command.seat, command.next);
      case 'close':
        return free(command.who);
      case 'drop':
        return drop(command.who);
      case 'die':
        return drop(command.who, probeMs);
      case 'announce':
        return announce(command.who, command.seat);
      case 'wait':
        return wait(command.ms);
      case 'offer':
      case 'answer':
      case 'candidate':
      case 'leave':
        return say(command);
    }
  }

  return {
    hasName: (name) => holders.has(name),
    isOnline,
    isBusy: (name) => callOf(name) !== undefined,
    run: (command) => tell(command).filter(({ to }) => isOnline(to) || command.do === 'login'),
  };
}
