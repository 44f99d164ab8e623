// One alarm a key: something is done at its time, and again every second while it fails, as when a store is away.

/** A moment later than asked for, so that the time has come by every clock's rounding. */
const laterMs = 5;

const retryMs = 1000;

/** No timer waits for longer; whoever is rung too early sets the next. */
const longestMs = 2 ** 31 - 1;

export interface AlarmClock<Key> {
  /** Replaces the key's alarm. @param inMs undefined: none any more */
  set(key: Key, inMs: number | undefined): void;
  /** No alarm rings any more. */
  close(): void;
}

/** @param ring what is done; when it rejects, `onFault` hears why and it is tried again */
export function createAlarmClock<Key>(
  ring: (key: Key) => Promise<unknown>,
  onFault: (cause: unknown) => void,
): AlarmClock<Key> {
  const alarms = new Map<Key, NodeJS.Timeout>();
  let isClosed = false;

  function set(key: Key, inMs: number | undefined): void {
    clearTimeout(alarms.get(key));
    alarms.delete(key);
    if (inMs === undefined || isClosed) return;
    const onTime = (): void => {
      alarms.delete(key);
      ring(key).catch((cause: unknown) => {
        onFault(cause);
        if (!alarms.has(key)) set(key, retryMs);
      });
    };
    alarms.set(key, setTimeout(onTime, Math.min(Math.max(0, inMs) + laterMs, longestMs)));
  }

  return {
    set,
    close() {
      isClosed = true;
      for (const alarm of alarms.values()) clearTimeout(alarm);
      alarms.clear();
    },
  };
}
