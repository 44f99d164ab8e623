// The phone's line to the server: turns what the library tells into what happens to the phone, and deeds into calls of
// the library. Leaves pictures and sound to phone-talk.
import {
  ChannelFailure,
  openUserLine,
  type IncomingCall,
  type SignalingChannel,
  type TraceEvent,
  type UserLine,
} from '../../index.js';
import type { ServerMessage } from '../../../server/protocol/user-messages.js';
import type { PhoneEvent, Ring, Way } from './phone-states.js';
import { aboutOf, isForeign, wayOf } from './ring-about.js';

export interface PhoneLine {
  logIn(name: string): void;
  logOut(): void;
  /** Logs out at once, without a receipt for what was sent: the page goes. */
  logOutAtOnce(): void;
  /** It rings there until somebody takes it, or until `takeBack`. */
  call(id: number, to: string, way: Way): void;
  takeBack(): void;
  take(): void;
  decline(): void;
  /** Of the call that was taken, here or there. */
  readonly channel: SignalingChannel | undefined;
  /** Leaves the call, once `goodbye` is said. */
  hangUp(goodbye: Promise<void>): void;
}

export interface PhoneLineParts {
  hear: (event: PhoneEvent) => void;
  /** A number that no other call has. */
  newId: () => number;
  onTrace: (event: TraceEvent) => void;
}

/** The page goes on trying for as long as anybody looks at it. */
const dayMs = 86_400_000;

/** One login, from the name to the end. What an older one still says is not heard. */
interface Login {
  abort: AbortController;
  line?: UserLine;
}

export function createPhoneLine({ hear, newId, onTrace }: PhoneLineParts): PhoneLine {
  let login: Login | undefined;
  let incoming: IncomingCall | undefined;
  let outgoing: { id: number; abort: AbortController } | undefined;
  let channel: SignalingChannel | undefined;
  /** The call or the login before: a new one waits until it is put away. */
  let before: Promise<void> = Promise.resolve();

  async function open(name: string, mine: Login): Promise<void> {
    const tell = (event: PhoneEvent): void => {
      if (login === mine) hear(event);
    };
    try {
      await before;
      const line = await openUserLine(new URL('calls', document.baseURI), name, {
        signal: mine.abort.signal,
        unreachableAfterMs: dayMs,
        wait: true,
        onWait: (freeInMs) => tell({ kind: 'taken already', freeInMs }),
        onTrace(event) {
          onTrace(event);
          watch(event, tell);
        },
      });
      mine.line = line;
      tell({ kind: 'logged in' });
      line.on('users', (people) => tell({ kind: 'people', people }));
      line.on('state', (state) => {
        if (state !== 'closed') tell({ kind: state === 'open' ? 'back' : 'lost' });
      });
      line.on('incoming', (call) => {
        if (login === mine) hearRing(call);
      });
      tell(overBy(await line.closed));
    } catch (failure) {
      tell(overBy(failure));
    }
  }

  function hearRing(call: IncomingCall): void {
    incoming = call;
    const ring: Ring = { id: newId(), name: call.name, at: Date.now() };
    const way = wayOf(call.about);
    hear({
      kind: 'incoming',
      ring: way === undefined ? ring : { ...ring, way },
      isForeign: isForeign(call.about),
    });
    void call.ended.then(() => {
      if (incoming === call) incoming = undefined;
      hear({ kind: 'ring ended', id: ring.id });
    });
  }

  async function ring(id: number, to: string, way: Way): Promise<void> {
    const abort = new AbortController();
    const mine = { id, abort };
    outgoing = mine;
    await before;
    const line = login?.line;
    if (outgoing !== mine || !line) return;
    try {
      const taken = await line.call(to, { about: aboutOf(way), signal: abort.signal });
      if (outgoing !== mine) {
        // Taken in the moment in which it was taken back.
        before = taken.close();
        return;
      }
      outgoing = undefined;
      channel = taken;
      hear({ kind: 'taken', id });
    } catch (failure) {
      if (!(failure instanceof ChannelFailure)) throw failure;
      if (outgoing !== mine) return;
      outgoing = undefined;
      hear({ kind: 'not taken', id, reason: failure.reason, sentence: failure.message });
    }
  }

  /** What it still says is not told any more. */
  function forgetLogin(): Login | undefined {
    const old = login;
    login = undefined;
    return old;
  }

  return {
    logIn(name) {
      login = { abort: new AbortController() };
      void open(name, login);
    },
    logOut() {
      const old = forgetLogin();
      if (old?.line) before = old.line.close();
      else old?.abort.abort();
    },
    logOutAtOnce() {
      forgetLogin()?.abort.abort();
    },
    call(id, to, way) {
      void ring(id, to, way);
    },
    takeBack() {
      outgoing?.abort.abort();
      outgoing = undefined;
    },
    take() {
      channel = incoming?.accept();
    },
    decline() {
      incoming?.decline();
    },
    get channel() {
      return channel;
    },
    hangUp(goodbye) {
      const old = channel;
      channel = undefined;
      if (old) before = goodbye.then(() => old.close());
    },
  };
}

/** What only the trace tells: attempts that fail before one is logged in, and a list that is not shown. */
function watch({ direction, event, args }: TraceEvent, tell: (event: PhoneEvent) => void): void {
  if (direction === 'here' && event === 'lost') tell({ kind: 'lost' });
  if (direction !== 'in') return;
  const [message] = args as [ServerMessage?];
  if (typeof message !== 'object' || message.type !== 'error') return;
  if (message.code === 'hidden') tell({ kind: 'people', people: 'hidden' });
}

function overBy(failure: unknown): PhoneEvent {
  if (!(failure instanceof ChannelFailure)) throw failure;
  return { kind: 'line over', reason: failure.reason, sentence: failure.message };
}
