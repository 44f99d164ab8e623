// A data channel that the test opens, fills and drains.

export interface FakeDataChannel {
  readonly channel: RTCDataChannel;
  /** What has been handed to it. */
  readonly sent: readonly string[];
  open(): void;
  close(): void;
  /** The network has taken some, so that this many bytes are left. */
  drainTo(bytes: number): void;
  /** The other side has sent something. */
  hear(data: unknown): void;
}

export function createFakeDataChannel(): FakeDataChannel {
  const sent: string[] = [];
  const inside = Object.assign(new EventTarget(), {
    readyState: 'connecting',
    bufferedAmount: 0,
    bufferedAmountLowThreshold: 0,
    send(text: string) {
      if (inside.readyState !== 'open') throw new Error('The data channel is not open.');
      sent.push(text);
      inside.bufferedAmount += Buffer.byteLength(text);
    },
  });

  function become(state: RTCDataChannelState, event: string): void {
    inside.readyState = state;
    inside.dispatchEvent(new Event(event));
  }

  return {
    channel: inside as EventTarget as RTCDataChannel,
    sent,
    open() {
      become('open', 'open');
    },
    close() {
      become('closed', 'close');
    },
    drainTo(bytes) {
      const was = inside.bufferedAmount;
      inside.bufferedAmount = bytes;
      const { bufferedAmountLowThreshold: low } = inside;
      if (was > low && bytes <= low) inside.dispatchEvent(new Event('bufferedamountlow'));
    },
    hear(data) {
      inside.dispatchEvent(Object.assign(new Event('message'), { data }));
    },
  };
}
