// A text with a sequence number in it, so that each message can be told from all others and compared as a whole. The number is written
// into a buffer that exists already: the load generator builds no text while it measures.
import { clientFrame, maskByte, opcodes } from './frames.js';

/** Stands in a text where the number goes. */
export const numberPlace = '00000000';

const digits = numberPlace.length;
const zero = 0x30;

export interface NumberedText {
  /** The whole text with this number, in UTF-8. The same buffer at each call. */
  withNumber(number: number): Buffer;
}

/** @throws {Error} if the place of the number is not in the text exactly once */
export function createNumberedText(text: string): NumberedText {
  const { bytes, offset } = findPlace(text);
  return {
    withNumber(number) {
      for (let index = digits - 1, rest = number; index >= 0; index--, rest = Math.floor(rest / 10)) {
        bytes[offset + index] = zero + (rest % 10);
      }
      return bytes;
    },
  };
}

export interface NumberedFrames {
  /** A client's frame with this number. Its buffer is used again `count` numbers later. */
  withNumber(number: number): Buffer;
}

/** @param count how many frames may wait in the socket at the same time */
export function createNumberedFrames(text: string, count: number): NumberedFrames {
  const { bytes, offset } = findPlace(text);
  const first = clientFrame(opcodes.text, bytes);
  const headerBytes = first.length - bytes.length;
  const frames = Array.from({ length: count }, () => Buffer.from(first));
  return {
    withNumber(number) {
      const frame = frames[number % count] ?? first;
      for (let index = digits - 1, rest = number; index >= 0; index--, rest = Math.floor(rest / 10)) {
        const place = offset + index;
        frame[headerBytes + place] = (zero + (rest % 10)) ^ maskByte(place);
      }
      return frame;
    },
  };
}

function findPlace(text: string): { bytes: Buffer; offset: number } {
  const bytes = Buffer.from(text, 'utf8');
  const offset = bytes.indexOf(numberPlace);
  if (offset === -1 || bytes.indexOf(numberPlace, offset + 1) !== -1) {
    throw new Error('The place of the number has to be in the text exactly once.');
  }
  return { bytes, offset };
}
