// Parses the arguments of `create or join` and `leave`. [R1] [R6] [R35]
import { isCount, accept, refuse, type Parsed, isToken } from './parsed.js';
import { maxTokenLength } from './limits.js';
import { parseChannel, type ChannelName } from './parse-channel.js';
import { refusals } from './refusals.js';
import type { EnterAnswer, EnterOptions, Refusal } from './room-events.js';

export interface EnterRequest {
  channel: ChannelName;
  /** The name as the client wrote it: events to this client repeat it that way. */
  written: string;
  options: EnterOptions;
}

export type EnterAck = (answer: EnterAnswer) => void;

/** The acknowledgement function. It is looked for first, so that every refusal can be sent to it, too. */
export function findAck(args: readonly unknown[]): EnterAck | undefined {
  const last = args.at(-1);
  return typeof last === 'function' ? (last as EnterAck) : undefined;
}

/** @param event `leave` has the same arguments */
export function parseEnter(
  args: readonly unknown[],
  event: 'create or join' | 'leave' = 'create or join',
): Parsed<EnterRequest, Refusal> {
  const channel = parseChannel(args[0]);
  if (!channel.ok) return channel;
  const rest = findAck(args) ? args.slice(1, -1) : args.slice(1);
  if (rest.length > 1) return refuse(refusals.badAck(event));
  const options = parseOptions(rest[0], event);
  if (!options.ok) return options;
  return accept({ channel: channel.value, written: args[0] as string, options: options.value });
}

function parseOptions(value: unknown, event: string): Parsed<EnterOptions, Refusal> {
  if (value === undefined || value === null) return accept({});
  if (typeof value !== 'object' || Array.isArray(value)) {
    return refuse(refusals.badOptions(`The options of "${event}" have to be an object.`));
  }
  const given = value as Record<keyof EnterOptions, unknown>;
  const options: EnterOptions = {};
  if (given.resume !== undefined) {
    if (typeof given.resume !== 'boolean') return refuse(refusals.badOptions('resume is true or false.'));
    options.resume = given.resume;
  }
  if (given.attempt !== undefined) {
    if (!isCount(given.attempt)) return refuse(refusals.badOptions('attempt is a whole number.'));
    options.attempt = given.attempt;
  }
  for (const key of ['seat', 'next', 'me'] as const) {
    const token = given[key];
    if (token === undefined) continue;
    if (!isToken(token)) {
      return refuse(refusals.badOptions(`${key} is a text of 1 to ${maxTokenLength} characters.`));
    }
    options[key] = token;
  }
  return accept(options);
}
