// What the server's events mean for a channel of the room protocol, and when all of them are received. Leaves to the session
// what ends the channel.
import type { WireEvent } from '../../server/protocol/room-events.js';
import type { CarriedChannel } from '../channel/channel.js';

export function handleRoomEvent(event: WireEvent, channel: CarriedChannel): void {
  switch (event[0]) {
    case 'created':
      channel.roleIs('initiator');
      return;
    case 'joined':
      channel.roleIs('joiner');
      return;
    case 'ready':
      channel.meet(event[2].me, false);
      return;
    case 'peer back':
      channel.meet(event[1].me, true);
      return;
    case 'peer away':
      channel.peerIs('away');
      return;
    case 'peer gone':
      channel.peerIs('gone');
      return;
    case 'message':
    case 'response':
      channel.receive(event[0], event[1], event[2]);
      return;
    case 'received':
      channel.receipt(event[1]);
      return;
    case 'refused': {
      const { code, limit, message } = event[1];
      if (code === 'too-large' && limit !== undefined) channel.limit(limit, message);
      return;
    }
    // Handled by the session, the same in another client's word, or nothing to do: see PROTOCOL.md.
    case 'Bye':
    case 'taken-over':
    case 'full':
    case 'remotePeerJoining':
    case 'join':
    case 'broadcast: joined':
    case 'draining':
    case 'bye':
    case 'log':
      return;
  }
}

export interface CatchUp {
  /** Resolves at the server's answer; after a lost connection at that of the next one; at the end, when it is over. */
  wait(): Promise<void>;
  /** There is a new connection: it answers those that wait. */
  askAgain(): void;
  end(): void;
}

/** @param ask asks the server; it may never answer */
export function createCatchUp(ask: (answered: () => void) => void): CatchUp {
  const waiting = new Set<() => void>();
  let isOver = false;
  return {
    wait() {
      if (isOver) return Promise.resolve();
      return new Promise((resolve) => {
        const answered = (): void => {
          waiting.delete(answered);
          resolve();
        };
        waiting.add(answered);
        ask(answered);
      });
    },
    askAgain() {
      for (const answered of waiting) ask(answered);
    },
    end() {
      isOver = true;
      for (const answered of [...waiting]) answered();
    },
  };
}
