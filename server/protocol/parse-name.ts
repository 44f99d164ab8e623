// Parses what channel names and user names have in common. [R1] [U2]

const controlCharacter = /\p{Cc}/u;

/** NFC shortens a text to a quarter at most (UAX #15, table of expansion factors); a longer text is not normalized. */
const mostShortening = 4;

/**
 * @param maxLength UTF-16 units, after Unicode NFC
 * @returns the name in NFC, so that two spellings of it are equal; undefined if it is not a name
 */
export function parseName(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string' || value.length > maxLength * mostShortening) return undefined;
  const name = value.normalize('NFC');
  const fits = name.length >= 1 && name.length <= maxLength;
  return fits && name.isWellFormed() && !controlCharacter.test(name) ? name : undefined;
}
