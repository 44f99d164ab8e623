// Tells when a call has rung for long enough. Each call has its own time, from its first ring on.

export interface RingClock {
  /** @param id of the call that rings; undefined: none */
  set(id: number | undefined): void;
}

export function createRingClock(ringMs: number, onOver: (id: number) => void): RingClock {
  let ringing: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    set(id) {
      if (id === ringing) return;
      clearTimeout(timer);
      ringing = id;
      if (id === undefined) return;
      timer = setTimeout(() => {
        onOver(id);
      }, ringMs);
    },
  };
}
