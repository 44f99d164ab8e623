// Parses the body of `POST /leave`. Its sender is not told what is wrong with it. [R26] [U30]
import { isRecord, isToken } from './parsed.js';
import { parseChannel, type ChannelName } from './parse-channel.js';
import { parseUserName, type UserName } from './parse-user-name.js';

/** `seat`: the resume token of the seat, or of the name. */
export type Leaving = { channel: ChannelName; seat: string } | { name: UserName; seat: string };

/**
 * @param body JSON text: `{ "channel": …, "seat": … }` or `{ "name": …, "seat": … }`
 * @returns undefined if it is neither
 */
export function parseLeave(body: string): Leaving | undefined {
  const { channel, name, seat } = readObject(body);
  if (!isToken(seat)) return undefined;
  if (channel !== undefined) {
    const parsed = parseChannel(channel);
    return parsed.ok ? { channel: parsed.value, seat } : undefined;
  }
  const parsed = parseUserName(name);
  return parsed === undefined ? undefined : { name: parsed, seat };
}

function readObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
