// The secrets under which a seat or a name is kept: which are kept, and how one is recognized. Leaves hashing to
// connections/hash-secret.

/** SHA-256 of a secret, in hex: secrets themselves are not kept. */
export type SecretHash = string & { readonly brand: 'SecretHash' };

/** Given by who wants to come back: the secret it has, and the one it will use next. */
export interface GivenSecrets {
  secret?: SecretHash;
  nextSecret?: SecretHash;
}

/** Both are kept until the next one has been used, so that a lost answer locks nobody out. [R20] [U20] */
export function secretsToKeep({ secret, nextSecret }: GivenSecrets): { secrets?: readonly SecretHash[] } {
  if (secret === undefined) return {};
  return { secrets: nextSecret === undefined ? [secret] : [secret, nextSecret] };
}

/** Takes the same time for a near miss as for a far one. */
export function isAmong(secrets: readonly SecretHash[] | undefined, secret: SecretHash): boolean {
  let found = 0;
  for (const known of secrets ?? []) {
    let difference = known.length ^ secret.length;
    for (let index = 0; index < secret.length; index++) {
      difference |= known.charCodeAt(index) ^ secret.charCodeAt(index);
    }
    found |= difference === 0 ? 1 : 0;
  }
  return found === 1;
}
