// The chat's channel: turns what the library tells into what happens to the chat, and deeds into calls of the library.
// The log of the book's page is about what travels, so its lines come from the trace.
import { ChannelFailure, openChannel, type RoomChannel, type TraceEvent } from '../../index.js';
import type { EnterAnswer, PeerDescription, WireEvent } from '../../../server/protocol/room-events.js';
import type { ChatEvent, Other, Sent } from './chat-states.js';

export interface ChatConnection {
  enter(channel: string): void;
  send(message: Sent): void;
  /** `checked` follows all that the server has said before it. */
  check(): void;
  /** No longer waits in line. */
  stopEntering(): void;
  sayBye(): void;
}

/** The page goes on trying for as long as anybody looks at it. */
const dayMs = 86_400_000;

/** @param onTrace hears everything that travels, before the chat does */
export function openConnection(
  hearNow: (event: ChatEvent) => void,
  onTrace: (event: TraceEvent) => void,
): ChatConnection {
  let channel: RoomChannel | undefined;
  let opening = new AbortController();
  let graceMs = 0;

  /**
   * A receipt resolves a promise, and what waits for it runs a moment later. What comes behind the receipt, in the same
   * answer to a poll, waits for that moment: else a Bye is heard before the receipt that stands before it.
   */
  const hear = (event: ChatEvent): void => {
    queueMicrotask(() => {
      hearNow(event);
    });
  };

  async function open(name: string, { signal }: AbortController): Promise<void> {
    try {
      channel = await openChannel(new URL('.', document.baseURI), name, {
        log: true,
        wait: true,
        onWait: (freeInMs) => {
          hear({ kind: 'full', freeInMs });
        },
        signal,
        unreachableAfterMs: dayMs,
        onTrace: watch,
      });
      channel.on('message', (value, { as }) => {
        hear({ kind: 'got', as, value });
      });
      hearFailure(await channel.closed);
    } catch (failure) {
      if (!signal.aborted) hearFailure(failure);
    }
  }

  function hearFailure(failure: unknown): void {
    if (!(failure instanceof ChannelFailure)) throw failure;
    const { reason, code, message } = failure;
    hearNow({ kind: 'over', reason, code, sentence: message });
  }

  function watch(traced: TraceEvent): void {
    onTrace(traced);
    const { direction, event, args } = traced;
    if (direction === 'here' && event === 'lost') hear({ kind: 'lost' });
    if (direction !== 'in') return;
    if (event === 'create or join') hearAnswer(args[0] as EnterAnswer);
    else hearWire([event, ...args] as WireEvent);
  }

  function hearAnswer(answer: EnterAnswer): void {
    const { status, role, peer } = answer;
    graceMs = answer.graceMs;
    if (status === 'full' || status === 'refused' || role === undefined) return;
    hear({ kind: 'entered', how: status, role, other: peer ? describe(peer) : undefined });
  }

  function describe({ presence, me }: PeerDescription): Other {
    return { is: presence, me, graceMs };
  }

  function hearWire(event: WireEvent): void {
    switch (event[0]) {
      case 'created':
        return hear({ kind: 'created' });
      case 'remotePeerJoining':
        return hear({ kind: 'join requested' });
      case 'broadcast: joined':
        return hear({ kind: 'peer joined', sentence: event[1] });
      case 'ready':
        return hear({ kind: 'ready', me: event[2].me });
      case 'peer away':
        return hear({ kind: 'peer away', graceMs });
      case 'peer back':
        return hear({ kind: 'peer back', me: event[1].me });
      case 'peer gone':
        return hear({ kind: 'peer gone' });
      case 'Bye':
        return hear({ kind: 'got Bye' });
      case 'log':
        return console.log(...event[1]);
      case 'refused':
        // The answer to the request to enter says it already.
        if (event[1].event === 'create or join') return;
        return hear({ kind: 'refused', event: event[1].event, sentence: event[1].message });
      // The answer says it, the library sees to it, or it is the same in another client's word.
      case 'joined':
      case 'full':
      case 'join':
      case 'bye':
      case 'message':
      case 'response':
      case 'received':
      case 'taken-over':
      case 'draining':
        return;
    }
  }

  async function deliver(message: Sent): Promise<void> {
    try {
      await channel?.send(message.text, { as: message.ask.as ?? 'message' });
      hearNow({ kind: 'arrived', message });
    } catch (failure) {
      if (!(failure instanceof ChannelFailure)) throw failure;
      hearNow({ kind: 'not arrived', message, reason: failure.reason, sentence: failure.message });
    }
  }

  return {
    enter(name) {
      console.log('Trying to create or join channel: ', name);
      opening = new AbortController();
      void open(name, opening);
    },
    send(message) {
      void deliver(message);
    },
    check() {
      void channel?.caughtUp().then(() => {
        hearNow({ kind: 'checked' });
      });
    },
    stopEntering() {
      opening.abort();
    },
    sayBye() {
      void channel?.close();
    },
  };
}
