// What is relayed: what the client library says in a call. About 200 bytes are an ICE candidate, about 3,000 an offer. Both have a number.
import { numberPlace } from './numbered-text.js';

export const payloadSizes = [200, 3000] as const;
export type PayloadSize = (typeof payloadSizes)[number];

const from = '5c1f7a90d4b2e683';
const to = '9f86d081884c7d65';

/** JSON of exactly so many bytes. */
export function payloadOf(size: PayloadSize): string {
  return size === 200 ? padded(candidate, size) : padded(description, size);
}

function candidate(padding: string): string {
  const line = `candidate:${numberPlace} 1 udp 2113937151 192.0.2.17 54321 typ host ufrag ${padding}`;
  return JSON.stringify({
    parley: { from, to, candidate: { candidate: line, sdpMid: '0', sdpMLineIndex: 0 } },
  });
}

/** With line ends in it, which JSON escapes, as SDP has them. */
function description(padding: string): string {
  const lines = Array.from({ length: 40 }, (_, index) => `a=rtpmap:${96 + index} VP8/90000`);
  const sdp = [`v=0`, `o=- ${numberPlace} 2 IN IP4 127.0.0.1`, 's=-', 't=0 0', ...lines, `a=msid:${padding}`];
  return JSON.stringify({ parley: { from, to, description: { type: 'offer', sdp: sdp.join('\r\n') } } });
}

function padded(build: (padding: string) => string, size: number): string {
  const missing = size - Buffer.byteLength(build(''));
  if (missing < 0) throw new Error(`The payload has ${-missing} bytes too many.`);
  return build('abcdefghij'.repeat(Math.ceil(missing / 10)).slice(0, missing));
}
