// Reads a text frame of the user protocol as far as its type, which decides who reads the rest. [U5] [U15]
import { isRecord } from './is-record.js';
import { accept, refuse, type Parsed } from './parsed.js';
import type { UserRefusal } from './user-messages.js';
import { userRefusals } from './user-refusals.js';

/** An object whose fields nobody has looked at. */
export type Frame = Readonly<Record<string, unknown>>;

export function parseFrame(text: string): Parsed<Frame, UserRefusal> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? accept(value) : refuse(userRefusals.unknownType(undefined));
  } catch {
    return refuse(userRefusals.invalidJson());
  }
}
