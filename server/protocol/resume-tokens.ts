// The resume tokens of a seat or a name: which of them are stored, and how one is recognized. Leaves hashing to
// transport/hash-token.

/** SHA-256 of a resume token, in hex. The tokens themselves are not stored. */
export type TokenHash = string & { readonly brand: 'TokenHash' };

/** Sent by a client that wants to come back: its current resume token, and the next one. */
export interface GivenTokens {
  token?: TokenHash;
  nextToken?: TokenHash;
}

/** Both are stored until the next one is used, so that a lost answer does not lock the client out. [R20] [U20] */
export function tokensToKeep({ token, nextToken }: GivenTokens): { secrets?: readonly TokenHash[] } {
  if (token === undefined) return {};
  return { secrets: nextToken === undefined ? [token] : [token, nextToken] };
}

/** Compares in constant time: a near miss takes as long as any other. */
export function isAmong(stored: readonly TokenHash[] | undefined, token: TokenHash): boolean {
  let found = 0;
  for (const known of stored ?? []) {
    let difference = known.length ^ token.length;
    for (let index = 0; index < token.length; index++) {
      difference |= known.charCodeAt(index) ^ token.charCodeAt(index);
    }
    found |= difference === 0 ? 1 : 0;
  }
  return found === 1;
}
