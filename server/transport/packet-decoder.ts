// Decodes Socket.IO's packets and keeps no attachments: the handlers refuse binary data, and Socket.IO's own decoder would
// keep up to nine attachments of any size until the tenth comes. Does not parse what is too long for any message. [R8]
import { Decoder, PacketType } from 'socket.io-parser';
import { tooLong } from '../protocol/json-value.js';

const empty = Buffer.alloc(0);

/** The types of packets with attachments, 5 and 6, in ASCII. */
const [binaryEvent, binaryAck] = [0x35, 0x36];

/** The begin of an event: attachments, namespace, number of the acknowledgement, name. */
const eventStart = /^(?:2|5([1-9]|10)-)(?:(\/[^,]*),)?(\d{0,15})\[(?:"([^"\\]*))?/;
const maxStartLength = 512;

class PacketDecoder extends Decoder {
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

  /** Hands an event over with its name only. @throws if it is none */
  protected addTooLong(data: string): void {
    const match = eventStart.exec(data.slice(0, maxStartLength));
    if (!match || this.awaited > 0) throw new Error('A packet is too long.');
    const [, attachments = '0', nsp = '/', id = '', name = ''] = match;
    this.awaited = Number(attachments);
    this.emitReserved('decoded', {
      type: PacketType.EVENT,
      nsp,
      data: [name, tooLong],
      ...(id !== '' && { id: Number(id) }),
    });
  }

  /** Hands the packet over at once, with empty attachments. @returns how many it announces */
  private complete(packet: string): number {
    // The decoder has accepted the number: 1 to 10.
    const count = Number(packet.slice(1, packet.indexOf('-')));
    for (let number = 0; number < count; number++) super.add(empty);
    return count;
  }
}

/** @param isTooLong whether a packet is not to be parsed */
export function packetDecoder(isTooLong: (packet: string) => boolean): typeof Decoder {
  return class extends PacketDecoder {
    override add(data: unknown): void {
      if (typeof data === 'string' && isTooLong(data)) this.addTooLong(data);
      else super.add(data);
    }
  };
}
