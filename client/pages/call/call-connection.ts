// Opens the channel and starts the call: turns what the library tells into what happens to the page. One at a time; what an
// earlier one still says is not heard.
import { ChannelFailure, openChannel, startCall } from '../../index.js';
import type { Call, ChannelFailureReason, RoomChannel, SignalingChannel, TraceEvent } from '../../index.js';
import type { CallPageEvent, NotOpened } from './call-page-states.js';

export interface CallConnectionParts {
  hear: (event: CallPageEvent) => void;
  /** Before anything is sent: the place to mute. */
  onCall: (call: Call, channel: SignalingChannel) => void;
  trace: (event: TraceEvent) => void;
  /** Camera and microphone, once they are there; null: there are none. */
  media: () => Promise<MediaStream | null>;
}

export interface CallConnection {
  enter(channel: string): void;
  /** Hangs up and closes the channel, or calls the opening off. */
  leave(): void;
}

/** After a reload the other one waits: without an answer of the person to the browser the call starts, and is watched only. */
const mediaWithinMs = 4000;

interface Attempt {
  opening: AbortController;
  channel?: RoomChannel;
  call?: Call;
}

export function createCallConnection({ hear, onCall, trace, media }: CallConnectionParts): CallConnection {
  let current: Attempt | undefined;
  let goodbye: Promise<unknown> = Promise.resolve();

  async function enterChannel(mine: Attempt, name: string): Promise<RoomChannel> {
    // Two channels of the same name on one page would be two people.
    await goodbye;
    return openChannel(new URL('.', document.baseURI), name, {
      signal: mine.opening.signal,
      wait: true,
      onWait(freeInMs) {
        if (current === mine) hear({ kind: 'full', line: { freeInMs } });
      },
      onTrace(event) {
        trace(event);
        const isLost = event.direction === 'here' && event.event === 'lost';
        if (current === mine && isLost) hear({ kind: 'lost' });
      },
    });
  }

  async function open(mine: Attempt, name: string): Promise<void> {
    try {
      mine.channel = await enterChannel(mine, name);
    } catch (failure) {
      if (!(failure instanceof ChannelFailure)) throw failure;
      if (current === mine) hear({ kind: 'not opened', ...explain(failure) });
      return;
    }
    const stream = await Promise.race([media(), after(mediaWithinMs)]);
    if (current === mine) begin(mine, mine.channel, stream);
  }

  function begin(mine: Attempt, channel: RoomChannel, stream: MediaStream | null | undefined): void {
    const call = startCall(channel, { media: stream ?? false });
    mine.call = call;
    const tellCompany = (): void => {
      if (current === mine) hear({ kind: 'company', isAlone: channel.peer === 'gone' });
    };
    call.on('trace', trace);
    channel.on('peer', tellCompany);
    hear({ kind: 'opened' });
    onCall(call, channel);
    tellCompany();
    if (stream === undefined) void addLate(call);
    void call.over.then(() => {
      if (current === mine) hear({ kind: 'call over', isTakenOver: call.endedBy === 'taken-over' });
    });
  }

  async function addLate(call: Call): Promise<void> {
    const stream = await media();
    if (call.state === 'ended' || call.state === 'failed') return;
    for (const track of stream?.getTracks() ?? []) call.addTrack(track);
  }

  return {
    enter(channel) {
      const mine: Attempt = { opening: new AbortController() };
      current = mine;
      void open(mine, channel);
    },
    leave() {
      const mine = current;
      current = undefined;
      if (!mine) return;
      if (mine.call === undefined) {
        mine.opening.abort();
        goodbye = mine.channel?.closed ?? goodbye;
      } else {
        goodbye = mine.call.hangUp().then(() => mine.channel?.close());
      }
    },
  };
}

const known: Partial<Record<ChannelFailureReason, NotOpened>> = {
  ended: 'ended',
  'taken-over': 'taken-over',
  unreachable: 'unreachable',
};

function explain({ reason, code, message }: ChannelFailure): { why: NotOpened; sentence: string } {
  const why = code === 'bad-channel' ? 'bad-name' : (known[reason] ?? 'other');
  return { why, sentence: message };
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, undefined);
  });
}
