// The user protocol once more, as simply as one can say it, to compare the real one with: who is online, and a list
// of calls. It shares nothing with the server but the words on the wire.

export interface Told {
  to: string;
  message: Record<string, unknown>;
}

export type UserCommand =
  | { do: 'login'; who: string }
  | { do: 'close'; who: string }
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
}

export interface UserModel {
  isOnline(name: string): boolean;
  isBusy(name: string): boolean;
  /** What everybody is told because of the command, in order for each of them. */
  run(command: UserCommand): Told[];
}

export function createUserModel(): UserModel {
  const online = new Set<string>();
  let calls: ModelCall[] = [];

  const callOf = (name: string): ModelCall | undefined =>
    calls.find(({ caller, callee }) => caller === name || callee === name);
  const otherOf = (call: ModelCall, name: string): string =>
    call.caller === name ? call.callee : call.caller;
  const no = (to: string, code: string): Told[] => [{ to, message: { type: 'error', code } }];

  function end(call: ModelCall, by: string): Told[] {
    calls = calls.filter((one) => one !== call);
    return [{ to: otherOf(call, by), message: { type: 'leave', name: by } }];
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
    if (!online.has(whom)) return [...told, ...no(who, 'not-online')];
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
    calls.push({ caller: who, callee: whom, isAnswered: false, offer: value, hasGlare: false });
    return [...told, relayed];
  }

  function run(command: UserCommand): Told[] {
    const { who } = command;
    if (command.do === 'login') {
      online.add(who);
      return [{ to: who, message: { type: 'login', success: true, iceServers: [] } }];
    }
    const own = callOf(who);
    if (command.do === 'close') {
      online.delete(who);
      return own ? end(own, who) : [];
    }
    const { whom } = command;
    if (command.do === 'offer') return offer(who, whom, command.value);
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

  return { isOnline: (name) => online.has(name), isBusy: (name) => callOf(name) !== undefined, run };
}
