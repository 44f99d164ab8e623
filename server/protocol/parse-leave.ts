// Reads the body of `POST /leave`: the JSON text `{ "channel": …, "seat": … }`. [R26]
import { isToken } from './is-token.js';
import { parseChannel, type ChannelName } from './parse-channel.js';
import { accept, refuse, type Parsed } from './parsed.js';
import { refusals } from './refusals.js';
import type { Refusal } from './room-events.js';

export interface Leaving {
  channel: ChannelName;
  /** The seat's secret. */
  seat: string;
}

export function parseLeave(body: string): Parsed<Leaving, Refusal> {
  const { channel, seat } = readObject(body);
  const name = parseChannel(channel);
  if (!name.ok) return name;
  if (!isToken(seat)) return refuse(refusals.badOptions('seat is the secret of a seat.'));
  return accept({ channel: name.value, seat });
}

function readObject(body: string): { channel?: unknown; seat?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
