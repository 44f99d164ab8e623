// What a coordinator knows about its one call, and which refusals end one that is being made.
import type { UserRefusal } from '../../server/protocol/user-messages.js';
import { ChannelFailure, type ChannelFailureReason } from './channel-failure.js';
import type { SignalingChannel } from './signaling-channel.js';
import type { UserCall } from './user-call.js';
import type { LoginSuccess } from './user-connection.js';
import { readRing } from './user-frames.js';
import type { IncomingCall } from './user-line.js';

/** The call, as the one who made it or heard it ring waits for it. */
export interface CurrentCall {
  call: UserCall;
  name: string;
  offer: unknown;
  /** The offer of the one who calls has arrived. */
  hasRung: boolean;
  /** Until then the one who is called may not be back yet. */
  lateUntil: number;
  taken?: (channel: SignalingChannel) => void;
  /** It rings no more. */
  quiet: () => void;
}

/** Refusals that end a call that is being made. */
const callRefusals: Partial<Record<UserRefusal['code'], ChannelFailureReason>> = {
  'not-online': 'not-online',
  busy: 'busy',
  'in-call': 'in-call',
  'self-call': 'refused',
  'bad-name': 'bad-name',
  'bad-message': 'refused',
  'too-large': 'too-large',
  'too-deep': 'too-deep',
};

/** Names that are equal after NFC are one name. [U2] */
export function isSameName(one: string, other: string): boolean {
  return one.normalize('NFC') === other.normalize('NFC');
}

/** What follows from a refusal, or why the call is over; undefined: nothing of that kind. */
export function afterRefusal(
  { call: { phase }, lateUntil }: CurrentCall,
  { code, message, limit }: UserRefusal,
  now: number,
): 'link again' | 'ring soon' | ChannelFailure | undefined {
  if (phase === 'talking' && code === 'not-in-call') return 'link again';
  if (phase !== 'calling') return undefined;
  if (code === 'unavailable' || (code === 'not-online' && now < lateUntil)) return 'ring soon';
  const reason = callRefusals[code];
  return reason && new ChannelFailure(reason, { message, code, limit });
}

/** What becomes of the call when the line is back, or why it is over. */
export function afterReturn(
  { call: { phase }, name, hasRung }: CurrentCall,
  answer: LoginSuccess,
): 'go on' | 'ask for the answer' | 'link again' | 'ring' | 'ring for one who is late' | ChannelFailure {
  const ongoing = answer.resumed ? answer.call : undefined;
  if (ongoing && isSameName(ongoing.name, name)) {
    // The answer came while this side was away.
    return phase === 'calling' && ongoing.state === 'talking' ? 'ask for the answer' : 'go on';
  }
  if (phase === 'calling') {
    if (!answer.resumed) return 'ring for one who is late';
    if (hasRung) return new ChannelFailure('declined');
    return ongoing?.state === 'called' ? new ChannelFailure('in-call') : 'ring';
  }
  return phase === 'talking' && !answer.resumed ? 'link again' : new ChannelFailure('ended');
}

/** The call that rings here, as the app sees it. */
export function describeIncoming(mine: CurrentCall): IncomingCall {
  const { call, name, offer } = mine;
  const ring = readRing(offer);
  const ended = new Promise<void>((resolve) => {
    mine.quiet = resolve;
  });
  return {
    name,
    about: ring ? ring.about : offer,
    ended,
    accept(answer) {
      if (call.phase === 'called') call.accept(mine.offer, answer);
      mine.quiet();
      return call.channel;
    },
    decline() {
      void call.channel.close();
    },
  };
}
