// A session description in plain words: media, codecs, who sends, candidates. Pure, and safe with any text (RFC 8866).
import type { Summary } from './ladder-row.js';
import { oneLine } from './one-line.js';
import { candidateType } from './summarise-candidate.js';

export interface Description {
  /** `offer`, `answer`, `pranswer`, `rollback`; undefined when nothing says it. */
  type?: string | undefined;
  sdp: string;
}

interface Medium {
  kind: string;
  isRefused: boolean;
  /** `sendrecv` and so on, as written by whoever described. */
  direction: string;
  codecs: string[];
}

/** What is looked at: browsers write some 8,000 characters, with many videos ten times as much. */
const maxLength = 200_000;
const maxCodecs = 4;
const maxMedia = 4;

/** They carry other codecs, repair them, or are keys of a telephone. */
const notCodecs = ['rtx', 'red', 'ulpfec', 'flexfec-03', 'cn', 'telephone-event'];

/** Payload types that need no name (RFC 3551, section 6). */
const knownCodecs = new Map([
  ['0', 'PCMU'],
  ['8', 'PCMA'],
  ['9', 'G722'],
]);

const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

export function summariseSdp({ type, sdp }: Description, by: 'you' | 'other'): Summary {
  const kind = type ?? 'session description';
  const [session = [], ...sections] = sectionsOf(sdp.slice(0, maxLength));
  const media = sections.map((lines) => readMedium(lines, directionOf(session) ?? 'sendrecv'));
  const words = [mediaWords(media), wayWords(media, by), candidateWords([session, ...sections].flat())];
  return { kind, words: words.filter((part) => part !== '').join('; ') };
}

/** The lines of the session, then those of each medium. */
function sectionsOf(sdp: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of sdp.split(/\r\n|\r|\n/)) {
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections;
}

function readMedium(lines: string[], inherited: string): Medium {
  const [kind = '', port = '', , ...payloads] = (lines[0] ?? '').slice(2).split(' ');
  const names = new Map(knownCodecs);
  for (const line of lines) {
    const [, payload, codec] = /^a=rtpmap:(\d{1,3}) ([^/\s]+)/.exec(line) ?? [];
    if (payload !== undefined && codec !== undefined) names.set(payload, codec);
  }
  const codecs = payloads.flatMap((payload) => names.get(payload) ?? []);
  return {
    kind,
    // Port 0 in a bundle means only that another medium's is used (RFC 9143).
    isRefused: port === '0' && !lines.includes('a=bundle-only'),
    direction: directionOf(lines) ?? inherited,
    codecs: [...new Set(codecs)].filter((codec) => !notCodecs.includes(codec.toLowerCase())),
  };
}

function directionOf(lines: string[]): string | undefined {
  return directions.find((direction) => lines.includes(`a=${direction}`));
}

/** "audio (opus), 2 × video (VP8, H264), data channel". */
function mediaWords(media: Medium[]): string {
  const counts = new Map<string, number>();
  for (const medium of media) {
    const words = describeMedium(medium);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const parts = [...counts].map(([words, count]) => (count === 1 ? words : `${count} × ${words}`));
  return listed(parts, maxMedia);
}

function describeMedium({ kind, isRefused, codecs }: Medium): string {
  const name = kind === 'application' ? 'data channel' : oneLine(kind, 16);
  if (isRefused) return `${name} refused`;
  const names = codecs.map((codec) => oneLine(codec, 16));
  return kind === 'application' || names.length === 0 ? name : `${name} (${listed(names, maxCodecs)})`;
}

const yourWays: Record<string, string> = {
  sendrecv: 'you send and receive',
  sendonly: 'you only send',
  recvonly: 'you only receive',
  inactive: 'nobody sends',
};

const othersWays: Record<string, string> = {
  sendrecv: 'the other sends and receives',
  sendonly: 'the other only sends',
  recvonly: 'the other only receives',
  inactive: 'nobody sends',
};

/** Data channels go both ways, whatever is written at them. */
function wayWords(media: Medium[], by: 'you' | 'other'): string {
  const ways = by === 'you' ? yourWays : othersWays;
  const flowing = media.filter(({ kind, isRefused }) => kind !== 'application' && !isRefused);
  const byKind = new Map(flowing.map(({ kind, direction }) => [`${kind} ${direction}`, { kind, direction }]));
  const different = [...byKind.values()];
  if (new Set(different.map(({ direction }) => direction)).size === 1) {
    return ways[different[0]?.direction ?? ''] ?? '';
  }
  const parts = different.map(({ kind, direction }) => `${oneLine(kind, 16)}: ${ways[direction] ?? ''}`);
  return listed(parts, maxMedia);
}

/** "3 candidates (host, relay)". */
function candidateWords(lines: string[]): string {
  const candidates = lines.filter((line) => line.startsWith('a=candidate:'));
  if (candidates.length === 0) return '';
  const types = [...new Set(candidates.flatMap((line) => candidateType(line) ?? []))];
  const count = candidates.length === 1 ? '1 candidate' : `${candidates.length} candidates`;
  return types.length === 0 ? count : `${count} (${listed(types, maxCodecs)})`;
}

/** At most so many, and how many more there are. */
function listed(parts: string[], max: number): string {
  const rest = parts.length - max;
  return [...parts.slice(0, max), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
