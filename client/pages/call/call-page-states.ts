// The states of the page `/call`, what may happen to it, and what it does then. What leads from one to the next:
// call-page-rules. What happens inside a call is the call screen's, with words of call-words.

export type CallPage =
  /** No channel is chosen. `draft`: a name that cannot be used, and why. */
  | { phase: 'naming'; draft: string; problem: string }
  /** Before joining: nothing is sent, nothing is open. */
  | { phase: 'ready'; channel: string }
  /** On the way into the channel. */
  | { phase: 'joining'; channel: string; isReturn: boolean; isUnreachable: boolean; line?: Line }
  /** The channel did not open. */
  | { phase: 'refused'; channel: string; sentence: string; mayRetry: boolean }
  /** In the channel: the call screen says the rest. */
  | { phase: 'inside'; channel: string; isAlone: boolean }
  | OverPage;

/** Two people are in the channel, and the page waits. `freeInMs`: one of them is away, and its seat can be free then. */
export interface Line {
  freeInMs: number | undefined;
}

export interface OverPage {
  phase: 'over';
  channel: string;
  /** Empty: the call screen, which is still there, says it. */
  sentence: string;
  mayCallAgain: boolean;
}

/** Why a channel did not open; `ended`: the other one hung up during a reload. */
export type NotOpened = 'ended' | 'taken-over' | 'bad-name' | 'unreachable' | 'other';

export type CallPageEvent =
  /** Somebody has written a name. */
  | { kind: 'named'; name: string }
  /** The page's address has another name, or none. */
  | { kind: 'address'; name: string }
  | { kind: 'join' | 'cancel' | 'hang up' | 'try again' | 'other name' | 'call again' | 'new call' }
  /** An attempt to reach the server has failed; the next one is under way. */
  | { kind: 'lost' }
  /** Two people are there; the library asks again by itself. */
  | { kind: 'full'; line: Line }
  | { kind: 'opened' }
  | { kind: 'not opened'; why: NotOpened; sentence: string }
  /** Whether somebody else is in the channel. */
  | { kind: 'company'; isAlone: boolean }
  | { kind: 'call over'; isTakenOver: boolean }
  /** The page is back from the back-forward cache, where connections and cameras die. */
  | { kind: 'revived' };

export type Deed =
  /** Asks for camera and microphone, as chosen. */
  | { do: 'ask for media' }
  /** Stops them: the light of the camera goes out. */
  | { do: 'release media' }
  /** Opens the channel and starts the call. */
  | { do: 'enter'; channel: string }
  /** Hangs up and closes the channel, or calls the opening off. */
  | { do: 'leave' }
  /** Takes the last call from the screen. */
  | { do: 'clear' }
  /** Puts the name into the page's address; empty: none. */
  | { do: 'address'; channel: string }
  /** After a reload, this page goes straight back into the channel; empty: it does not. */
  | { do: 'remember'; channel: string }
  | { do: 'reload' };

export interface Step {
  page: CallPage;
  deeds: readonly Deed[];
}
