// Decodes Socket.IO's packets and keeps no attachments: the handlers refuse binary data, and Socket.IO's own decoder would
// keep up to nine attachments of any size until the tenth comes. [R8]
import { Decoder } from 'socket.io-parser';

const empty = Buffer.alloc(0);

/** The types of packets with attachments, 5 and 6, in ASCII. */
const [binaryEvent, binaryAck] = [0x35, 0x36];

export class PacketDecoder extends Decoder {
  /** Attachments that were announced and have not come. */
  private awaited = 0;

  override add(data: unknown): void {
    if (typeof data !== 'string') {
      // Throws if it was not announced.
      if (this.awaited === 0) super.add(data);
      else this.awaited--;
      return;
    }
    if (this.awaited > 0) throw new Error('A packet came instead of an attachment.');
    super.add(data);
    const type = data.charCodeAt(0);
    if (type === binaryEvent || type === binaryAck) this.awaited = this.complete(data);
  }

  /** Hands the packet over at once, with empty attachments. @returns how many it announces */
  private complete(packet: string): number {
    // The decoder has accepted the number: 1 to 10.
    const count = Number(packet.slice(1, packet.indexOf('-')));
    for (let number = 0; number < count; number++) super.add(empty);
    return count;
  }
}
