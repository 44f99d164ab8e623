// Hashes resume tokens, so that no text that is stored, sent between nodes or logged can take a seat or a name back.
import { createHash } from 'node:crypto';
import type { GivenTokens, TokenHash } from '../protocol/resume-tokens.js';

/** The resume tokens in a client's request for a seat or a name. */
export interface TokenOptions {
  resume?: boolean;
  seat?: string;
  next?: string;
}

export function hashToken(token: string): TokenHash {
  return createHash('sha256').update(token).digest('hex') as TokenHash;
}

/** Without `resume` or without `seat` nothing is kept. [R20] [U20] */
export function hashTokens({ resume, seat, next }: TokenOptions): GivenTokens {
  if (!resume || seat === undefined) return {};
  return { token: hashToken(seat), ...(next !== undefined && { nextToken: hashToken(next) }) };
}
