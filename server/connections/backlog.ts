// Bounds what waits for a client to read it: Socket.IO itself would keep anything, for ever. [R28]

/** As an Engine.IO connection does it: a packet is made, and `flush` hands all of them to a transport that is free. */
export interface PacketConnection {
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): unknown;
  on(event: 'flush', listener: () => void): unknown;
}

/**
 * Counts every packet, answers and refusals too: whoever makes the server talk and does not listen is cut.
 *
 * @param maxBytes up to as much again may be with the transport
 * @param onOverflow called once, when more than that waits
 */
export function boundBacklog(connection: PacketConnection, maxBytes: number, onOverflow: () => void): void {
  let waiting = 0;
  let isOver = false;
  connection.on('packetCreate', ({ data }) => {
    const before = waiting;
    if (typeof data === 'string') waiting += Buffer.byteLength(data);
    // One packet is let through, however large: only what waits behind another shows that nobody reads.
    if (before === 0 || waiting <= maxBytes || isOver) return;
    isOver = true;
    onOverflow();
  });
  connection.on('flush', () => {
    waiting = 0;
  });
}
