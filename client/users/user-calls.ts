// Runs the rules of the one call that a user line can have: keeps its channel, its promises and its timer, and does what
// the rules decide. Leaves being logged in to the session.
import type { ClientMessage } from '../../server/protocol/user-messages.js';
import { createChannel, type CarriedChannel } from '../channel/channel.js';
import type { IceServer, SignalingChannel } from '../channel/signaling-channel.js';
import type { Pace } from '../reliable/pace.js';
import { pack } from '../reliable/sender.js';
import { ChannelFailure } from '../transport/channel-failure.js';
import { createTimer, type Clock } from '../transport/clock.js';
import type { TraceEvent } from '../transport/connection-port.js';
import { writeRing } from './call-frames.js';
import { createCallSink } from './user-session.js';
import { dueAt, noCall, stepCall } from './user-call-rules.js';
import type { CallAction, CallEffect } from './user-call.js';

/** Somebody rings. */
export interface IncomingCall {
  readonly name: string;
  /** What the caller said with the call; from a client without this library, its offer. */
  readonly about: unknown;
  /** Resolves when it rings no more: taken, declined, or taken back. */
  readonly ended: Promise<void>;
  /** @param answer for a client without this library: the answer that it waits for */
  accept(answer?: unknown): SignalingChannel;
  /** It rings no more, and the caller is told `declined`. */
  decline(): void;
}

export interface CallOptions {
  /** Any JSON value that the other sees while it rings. */
  about?: unknown;
  /** For a client without this library: the offer that it understands. */
  offer?: unknown;
  /** Aborting takes the call back. */
  signal?: AbortSignal | undefined;
}

export interface UserCallsParts {
  /** The client instance id of this side. */
  me: string;
  clock: Clock;
  /** Of the connection, which all calls share. */
  pace: Pace;
  /** Drops the message while there is no connection. */
  send: (message: ClientMessage) => void;
  check: () => void;
  iceServers: () => readonly IceServer[];
  onIncoming: (call: IncomingCall) => void;
  onTrace: (event: TraceEvent) => void;
}

export interface UserCalls {
  call(name: string, options: CallOptions): Promise<SignalingChannel>;
  /** What the server sends about calls, and how the line stands. */
  handle(action: Extract<CallAction, { is: 'message' | 'lost' | 'back' | 'over' }>): void;
  iceServersAre(servers: readonly IceServer[]): void;
  /** Hangs up, if there is a call. */
  hangUp(): Promise<void>;
}

/** The call, as the program that made or received it waits for it. */
interface Current {
  carried: CarriedChannel;
  isTaken: () => void;
  stopRinging: () => void;
}

export function createUserCalls(parts: UserCallsParts): UserCalls {
  const { me, clock, pace, send, check, onIncoming, onTrace } = parts;
  let state = noCall;
  let current: Current | undefined;
  /** Also if a handler of the program has ended it in the turn in which it was made. */
  let newest: Current | undefined;
  /** Handlers of the program may act while effects are done: that comes after them. */
  const actions: { action: CallAction; of: Current | undefined }[] = [];
  let isRunning = false;
  const timer = createTimer(clock, () => {
    act({ is: 'due' });
  });

  /** @param of the call that the program means: if it is over, nothing happens */
  function act(action: CallAction, of?: Current): void {
    actions.push({ action, of });
    if (isRunning) return;
    isRunning = true;
    try {
      for (let next = actions.shift(); next; next = actions.shift()) {
        if (next.of === undefined || next.of === current) step(next.action);
      }
    } finally {
      isRunning = false;
    }
  }

  function step(action: CallAction): void {
    const { state: next, effects } = stepCall(state, action, clock.now(), me);
    state = next;
    timer.set(dueAt(state));
    for (const effect of effects) perform(effect);
  }

  function perform(effect: CallEffect): void {
    const carried = current?.carried;
    switch (effect.do) {
      case 'send':
        send(effect.message);
        return;
      case 'check':
        check();
        return;
      case 'open':
        current = newest = open(effect.name, effect.role);
        return;
      case 'ring':
        if (current) onIncoming(describeIncoming(current, effect.name, effect.about));
        return;
      case 'meet':
        carried?.roleIs(effect.role);
        carried?.meet(effect.peerMe, effect.isBack);
        if (effect.isFirst) current?.isTaken();
        return;
      case 'receive':
        carried?.receive(effect.as, effect.value, effect.meta);
        return;
      case 'receipt':
        carried?.receipt(effect.receipt);
        return;
      case 'limit':
        carried?.limit(effect.limit, effect.message);
        return;
      case 'line':
        if (effect.isUp) carried?.back();
        else carried?.lost();
        return;
      case 'end':
        end(effect.failure);
    }
  }

  function open(name: string, role: 'initiator' | 'joiner'): Current {
    const carried = createChannel({
      name,
      me,
      clock,
      pace,
      onTrace,
      sink: createCallSink(name, send, check),
      leave(failure) {
        act({ is: 'close', failure }, opened);
      },
    });
    const opened: Current = { carried, isTaken: () => {}, stopRinging: () => {} };
    carried.roleIs(role);
    carried.iceServersAre(parts.iceServers());
    if (state.isUp) carried.back();
    return opened;
  }

  function end(failure: ChannelFailure): void {
    const ended = current;
    current = undefined;
    ended?.stopRinging();
    ended?.carried.over(failure);
  }

  function describeIncoming(ringing: Current, name: string, about: unknown): IncomingCall {
    const { channel } = ringing.carried;
    const ended = new Promise<void>((resolve) => {
      ringing.stopRinging = ringing.isTaken = resolve;
    });
    return {
      name,
      about,
      ended,
      accept(answer) {
        act({ is: 'accept', answer }, ringing);
        return channel;
      },
      decline() {
        void channel.close();
      },
    };
  }

  const inCall = (): Promise<never> => Promise.reject(new ChannelFailure('in-call'));

  function call(name: string, options: CallOptions): Promise<SignalingChannel> {
    // In a handler that is called on the way.
    if (isRunning) return Promise.resolve().then(() => call(name, options));
    const { about, offer, signal } = options;
    if (current) return inCall();
    if (signal?.aborted) return Promise.reject(new ChannelFailure('aborted'));
    const packed = pack(offer ?? writeRing(me, about), 0);
    if (packed instanceof ChannelFailure) return Promise.reject(packed);
    act({ is: 'call', name, offer: packed.value });
    const made = newest;
    if (!made) return inCall();
    const takeBack = (): void => act({ is: 'take back' }, made);
    const stop = (): void => signal?.removeEventListener('abort', takeBack);
    signal?.addEventListener('abort', takeBack);
    if (signal?.aborted) takeBack();
    const taken = new Promise<SignalingChannel>((resolve, reject) => {
      made.isTaken = () => resolve(made.carried.channel);
      void made.carried.channel.closed.then(reject);
    });
    void taken.then(stop, stop);
    return taken;
  }

  return {
    call,
    handle: (action) => act(action),
    iceServersAre: (servers) => current?.carried.iceServersAre(servers),
    async hangUp() {
      await current?.carried.channel.close();
    },
  };
}
