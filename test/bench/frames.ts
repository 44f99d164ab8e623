// WebSocket frames (RFC 6455, section 5.2) as far as the load generator needs them: masked text frames out, whole unmasked frames in.
// Leaves sockets to wire-client.

export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** A key of zeros would save the server the unmasking, which no browser does. */
export const maskKey = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** No server here sends more. */
const maxFrameBytes = 1024 * 1024;

const isFinal = 0x80;
const isMasked = 0x80;
const reservedBits = 0x70;
const opcodeBits = 0x0f;
const lengthBits = 0x7f;
const shortLength = 126;
const longLength = 127;

/** A whole frame of a client, with the mask applied. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const header = clientHeader(opcode, payload.length);
  const frame = Buffer.concat([header, payload]);
  for (let index = 0; index < payload.length; index++) {
    frame[header.length + index] = (payload[index] ?? 0) ^ maskByte(index);
  }
  return frame;
}

/** The byte of the mask for this byte of the payload. */
export function maskByte(index: number): number {
  return maskKey[index & 3] ?? 0;
}

function clientHeader(opcode: number, length: number): Buffer {
  const start = isFinal | opcode;
  if (length < shortLength) return Buffer.from([start, isMasked | length, ...maskKey]);
  if (length > 0xffff) throw new Error(`A payload of ${length} bytes is too long for the load generator.`);
  return Buffer.from([start, isMasked | shortLength, length >> 8, length & 0xff, ...maskKey]);
}

/** Gets the payload as `bytes[start, end)`, which is valid during the call only. */
export type FrameListener = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/**
 * Returns a function that takes what arrives, in any pieces, and calls the listener for each whole frame.
 * @throws {Error} from that function, at a frame that no server of the benchmark sends: fragmented, masked, compressed or too long
 */
export function createFrameReader(onFrame: FrameListener): (chunk: Buffer) => void {
  let rest: Buffer | undefined;

  return (chunk) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = undefined;
    let at = 0;
    while (at < bytes.length) {
      const header = readHeader(bytes, at);
      if (!header || header.end > bytes.length) {
        rest = bytes.subarray(at);
        return;
      }
      onFrame(header.opcode, bytes, header.start, header.end);
      at = header.end;
    }
  };
}

interface Header {
  opcode: number;
  start: number;
  end: number;
}

/** Returns undefined if the header itself is not whole. */
function readHeader(bytes: Buffer, at: number): Header | undefined {
  const available = bytes.length - at;
  if (available < 2) return undefined;
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if ((first & isFinal) === 0 || (first & reservedBits) !== 0 || (second & isMasked) !== 0) {
    throw new Error('The server sent a frame that is fragmented, compressed or masked.');
  }
  const opcode = first & opcodeBits;
  const length = second & lengthBits;
  if (length < shortLength) return { opcode, start: at + 2, end: at + 2 + length };
  const extra = length === longLength ? 8 : 2;
  if (available < 2 + extra) return undefined;
  const start = at + 2 + extra;
  const longer = extra === 8 ? Number(bytes.readBigUInt64BE(at + 2)) : bytes.readUInt16BE(at + 2);
  if (longer > maxFrameBytes) throw new Error(`The server sent a frame of ${longer} bytes.`);
  return { opcode, start, end: start + longer };
}
