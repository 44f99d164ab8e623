// Text over a data channel: what is said before it is open waits, bounded, and the network is not flooded.
import { ChannelFailure, type ChannelFailureReason } from '../transport/channel-failure.js';

export interface TextLine {
  send(text: string): Promise<void>;
  /** From now on the texts go here. */
  attach(channel: RTCDataChannel): void;
  /** The other side is gone. Nothing goes out until the next `attach`. */
  detach(): void;
  close(): void;
}

const maxWaitingBytes = 1024 * 1024;

/** What every browser takes in one piece (RFC 8831, section 6.6). */
const maxTextBytes = 65_535;

/** Above this the network is busy enough. */
const busyBytes = 65_536;

interface Waiting {
  text: string;
  bytes: number;
  resolve: () => void;
  reject: (failure: ChannelFailure) => void;
}

export function createTextLine(): TextLine {
  const waiting: Waiting[] = [];
  let waitingBytes = 0;
  let channel: RTCDataChannel | undefined;
  let isClosed = false;

  function pump(): void {
    while (channel?.readyState === 'open' && channel.bufferedAmount < busyBytes) {
      const [next] = waiting;
      if (!next) return;
      try {
        channel.send(next.text);
      } catch {
        // The network takes nothing just now, or nothing any more: it goes on waiting.
        return;
      }
      waiting.shift();
      waitingBytes -= next.bytes;
      next.resolve();
    }
  }

  function failAll(reason: ChannelFailureReason): void {
    waitingBytes = 0;
    for (const { reject } of waiting.splice(0)) reject(new ChannelFailure(reason));
  }

  function refusalOf(bytes: number): ChannelFailure | undefined {
    if (isClosed) return new ChannelFailure('closed');
    if (bytes > maxTextBytes) return new ChannelFailure('too-large', { limit: maxTextBytes });
    return waitingBytes + bytes > maxWaitingBytes ? new ChannelFailure('overflow') : undefined;
  }

  return {
    send(text) {
      const bytes = new TextEncoder().encode(text).length;
      const refusal = refusalOf(bytes);
      const sent = new Promise<void>((resolve, reject) => {
        if (refusal) {
          reject(refusal);
          return;
        }
        waitingBytes += bytes;
        waiting.push({ text, bytes, resolve, reject });
        pump();
      });
      // A program that does not wait for its text must not end because of it.
      sent.catch(() => {});
      return sent;
    },
    attach(next) {
      channel = next;
      next.bufferedAmountLowThreshold = busyBytes / 2;
      next.addEventListener('open', pump);
      next.addEventListener('bufferedamountlow', pump);
    },
    detach() {
      channel = undefined;
      failAll('peer-gone');
    },
    close() {
      isClosed = true;
      channel = undefined;
      failAll('closed');
    },
  };
}
