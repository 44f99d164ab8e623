// Counts what waits for a client to read it: Socket.IO itself would keep anything, for ever. [R28]

export interface Backlog {
  /** Call it before each write. @returns false when more than the limit is waiting, this included */
  add(bytes: number): boolean;
}

/** As an Engine.IO connection does it: `flush` when its buffer goes to the transport, not before the last was read. */
export interface FlushingConnection {
  on(event: 'flush', listener: () => void): unknown;
}

/** @param maxBytes 0: no limit. Up to as much again is with the transport. */
export function createBacklog(connection: FlushingConnection, maxBytes: number): Backlog {
  let waiting = 0;
  connection.on('flush', () => {
    waiting = 0;
  });
  return {
    add(bytes) {
      waiting += bytes;
      return maxBytes === 0 || waiting <= maxBytes;
    },
  };
}
