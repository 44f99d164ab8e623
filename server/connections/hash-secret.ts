// Hashes the secrets of seats and names, so that nothing that is kept, sent between nodes or logged can take one back.
import { createHash } from 'node:crypto';
import type { GivenSecrets, SecretHash } from '../protocol/secrets.js';

/** What a client says of the secrets of its seat or its name. */
export interface SecretOptions {
  resume?: boolean;
  seat?: string;
  next?: string;
}

export function hashSecret(secret: string): SecretHash {
  return createHash('sha256').update(secret).digest('hex') as SecretHash;
}

/** Without `resume` or without `seat` there are none. [R20] [U20] */
export function hashSecrets({ resume, seat, next }: SecretOptions): GivenSecrets {
  if (!resume || seat === undefined) return {};
  return { secret: hashSecret(seat), ...(next !== undefined && { nextSecret: hashSecret(next) }) };
}
