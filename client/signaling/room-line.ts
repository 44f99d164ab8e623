// Stays in a channel of the room protocol: enters, takes its seat back, says Bye. Leaves messages to the channel, and
// the connection to the line.
import type { EnterAnswer, WireEvent } from '../../server/protocol/room-events.js';
import { ChannelFailure } from './channel-failure.js';
import { createIceGrants, withoutCredentials } from './ice-grants.js';
import { openLine, type LineSurroundings } from './line.js';
import type { Pace } from './pace.js';
import type { OpenRoomTransport, RoomTransport } from './room-transport.js';
import type { SeatSecrets } from './seat-secrets.js';
import type { IceServer } from './signaling-channel.js';

export interface RoomLineParts extends LineSurroundings {
  channel: string;
  /** This side's incarnation. */
  me: string;
  /** Told of each connection, and of each frame that is sent on it. */
  pace: Pace;
  openTransport: OpenRoomTransport;
  /** Where the server hears that a page goes: its address and `/leave`. [R26] */
  leaveUrl: string;
  secrets: SeatSecrets;
  /** The server has given these: before `onEntered`, and whenever the last ones were about to run out. */
  onIceServers: (servers: readonly IceServer[]) => void;
  onEntered: (answer: EnterAnswer) => void;
  onEvent: (event: WireEvent) => void;
  /** The connection is lost; it is being sought. */
  onLost: () => void;
  /** It is over for good. Called once, and last. */
  onOver: (failure: ChannelFailure) => void;
}

export interface RoomLine {
  /** Drops the event while there is no connection: whoever says it has to say it again. */
  emit: RoomTransport['emit'];
  /** Looks at once whether the server is there. */
  check(): void;
  /** Asks the server for an answer: it comes after all that was said before it. Never, without a connection. */
  ask(answered: () => void): void;
  /** Says Bye as soon as it can, and ends: when the server hangs up, or when the time is over. */
  sayBye(failure: ChannelFailure, withinMs: number): void;
  /** Ends without waiting for anything. */
  end(failure: ChannelFailure): void;
}

/** The server could not answer this time; another attempt may fare better. */
const passingCodes: readonly (string | undefined)[] = ['unavailable', 'draining', 'stale', 'try-later'];

export function openRoomLine(parts: RoomLineParts): RoomLine {
  const { channel, me, secrets, page, trace, pace, clock } = parts;
  let requests = 0;
  const stopListening = page.onLeave(() => {
    page.sendLast(parts.leaveUrl, JSON.stringify({ channel, seat: secrets.seat }));
  });

  const takeIce = createIceGrants(clock, askForIce, parts.onIceServers);

  const line = openLine<RoomTransport, WireEvent>({
    ...parts,
    open: (listeners) =>
      parts.openTransport(listeners, (bytes) => {
        pace.spend(bytes, clock.now());
      }),
    onOpen: enter,
    onEvent(event) {
      trace('in', event[0], event.slice(1));
      if (line.isInside) hear(event);
    },
    ask: askOn,
    sayGoodbye(transport) {
      trace('out', 'Bye', [channel]);
      transport.emit('Bye', channel);
    },
    onOver(failure, transport) {
      stopListening();
      takeIce();
      // The request to enter may be on its way: whoever is called off leaves no seat behind.
      if (failure.reason === 'aborted') transport?.emit('Bye', channel);
      // After giving up, the seat may still be there for the next try.
      if (failure.reason !== 'unreachable') secrets.forget();
      secrets.release();
      parts.onOver(failure);
    },
  });

  function askOn(transport: RoomTransport, answered: () => void): void {
    trace('out', 'check');
    transport.emit('check', answered);
  }

  function askForIce(): void {
    if (!line.isInside) return;
    trace('out', 'ice servers');
    line.transport?.emit('ice servers', (answer) => {
      if (!line.isInside) return;
      trace('in', 'ice servers', [withoutCredentials(answer)]);
      takeIce(answer);
    });
  }

  function enter(transport: RoomTransport): void {
    // Secrets are not shown to whoever watches.
    trace('out', 'create or join', [channel, { resume: true, me }]);
    const attempt = ++requests;
    const options = { resume: true, seat: secrets.seat, next: secrets.propose(), me, attempt };
    transport.emit('create or join', channel, options, (answer) => {
      if (transport === line.transport) take(answer);
    });
  }

  function take(answer: EnterAnswer): void {
    const { status, message, code } = answer;
    trace('in', 'create or join', [withoutCredentials(answer)]);
    if (status === 'full') {
      line.end(new ChannelFailure('full'));
    } else if (status !== 'refused') {
      secrets.confirm();
      takeIce(answer);
      pace.start(answer.rateLimit, clock.now());
      line.entered(status, answer.heartbeatMs);
      parts.onEntered(answer);
    } else if (passingCodes.includes(code)) {
      line.retry(code ?? status);
    } else {
      line.end(new ChannelFailure(code === 'ended' ? 'ended' : 'refused', { message, code }));
    }
  }

  function hear(event: WireEvent): void {
    if (event[0] === 'taken-over') {
      line.end(new ChannelFailure('taken-over'));
    } else if (event[0] === 'Bye') {
      const reason: string = event[1].reason;
      emit('Ack');
      line.end(line.leaving ?? new ChannelFailure(reason === 'expelled' ? 'expelled' : 'ended'));
    } else {
      parts.onEvent(event);
    }
  }

  const emit: RoomLine['emit'] = (event, ...args) => {
    if (!line.isInside) return;
    trace('out', event, args);
    line.transport?.emit(event, ...args);
  };

  return {
    emit,
    check: line.check,
    ask(answered) {
      if (line.isInside && line.transport) askOn(line.transport, answered);
    },
    sayBye: line.leave,
    end: line.end,
  };
}
