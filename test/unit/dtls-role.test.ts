// The DTLS role that an offer names once there is an agreement.
import { expect, it } from 'vitest';
import { nameDtlsRole, type Agreed } from '../../client/call/negotiator.js';

const offer = 'v=0\r\nm=audio 9\r\na=setup:actpass\r\nm=video 9\r\na=setup:actpass\r\n';
const answer = (role: string) => ({ type: 'answer' as const, sdp: `v=0\r\na=setup:${role}\r\n` });
const offered = { type: 'offer' as const, sdp: offer };

it.each<[string, Agreed, string]>([
  ['nothing is agreed on', { local: null, remote: null }, 'actpass'],
  ['this side has answered as the client', { local: answer('active'), remote: offered }, 'active'],
  ['this side has answered as the server', { local: answer('passive'), remote: offered }, 'passive'],
  ['the other has answered as the client', { local: offered, remote: answer('active') }, 'passive'],
  ['the other has answered as the server', { local: offered, remote: answer('passive') }, 'active'],
  ['an answer that names no role', { local: offered, remote: { type: 'answer', sdp: 'v=0\r\n' } }, 'actpass'],
])('%s', (_what, agreed, role) => {
  expect(nameDtlsRole(offer, agreed)).toBe(offer.replaceAll('actpass', role));
});
