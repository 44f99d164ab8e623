// One direction of a path through the fault proxy: bytes, and the end of them, arrive in order, late, or not at all.
import type { Socket } from 'node:net';

export interface Pipe {
  /** From now on nothing is taken and nothing arrives, not even the end. */
  hold(): void;
  delay(ms: number): void;
  heal(): void;
  /** Ends the receiving half; what still comes is thrown away. */
  end(): void;
  /** Carries nothing more and forgets what it holds. */
  close(): void;
}

/** `ended`: in order; `broken`: the sender's connection was reset. */
type Parcel = Buffer | 'ended' | 'broken';

export function createPipe(from: Socket, to: Socket): Pipe {
  const late: { at: number; parcel: Parcel }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let delayMs = 0;
  let isHeld = false;
  let isEnded = false;
  let isClosed = false;
  let isBroken = false;

  function deliver(parcel: Parcel): void {
    if (isClosed || to.destroyed) return;
    if (parcel === 'broken') breakOff(to);
    else if (isEnded) return;
    else if (parcel === 'ended') to.end();
    else if (!to.write(parcel)) {
      from.pause();
      to.once('drain', () => {
        if (!isHeld) from.resume();
      });
    }
  }

  function take(parcel: Parcel): void {
    if (isHeld || delayMs > 0 || late.length > 0) {
      late.push({ at: performance.now() + delayMs, parcel });
      wait();
    } else deliver(parcel);
  }

  function wait(): void {
    const [next] = late;
    if (timer !== undefined || isHeld || isClosed || !next) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        late.shift();
        deliver(next.parcel);
        wait();
      },
      Math.max(0, next.at - performance.now()),
    );
  }

  from.on('data', take);
  from.on('end', () => take('ended'));
  from.on('error', () => {
    isBroken = true;
  });
  // After an end in order there is nothing left to say.
  from.on('close', () => {
    if (isBroken || !from.readableEnded) take('broken');
  });

  return {
    hold() {
      isHeld = true;
      clearTimeout(timer);
      timer = undefined;
      // Unread, so that the sender's own buffers fill, as they do when nobody acknowledges.
      from.pause();
    },
    delay(ms) {
      delayMs = ms;
    },
    heal() {
      isHeld = false;
      delayMs = 0;
      for (const { parcel } of late.splice(0)) deliver(parcel);
      clearTimeout(timer);
      timer = undefined;
      from.resume();
    },
    end() {
      isEnded = true;
      to.end();
      from.resume();
    },
    close() {
      isClosed = true;
      late.length = 0;
      clearTimeout(timer);
    },
  };
}

/** RST where that can be: of a socket that has sent its FIN Node cannot reset, and would never close it (libuv: EINVAL). */
export function breakOff(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
