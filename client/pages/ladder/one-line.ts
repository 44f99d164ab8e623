// Anybody's text as one line that cannot disturb the lines around it.

/** Control characters, line ends, and what turns the direction of the text that follows. */
const disturbing = /[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;

/** Half of a character. */
const broken = /\p{Cs}/gu;

/** At most so many UTF-16 units, with an ellipsis when something is missing. */
export function oneLine(text: string, maxLength: number): string {
  // What is far behind the end is not looked at: a text may be very long.
  const line = text
    .slice(0, maxLength * 4)
    .replace(disturbing, ' ')
    .trim();
  const isCut = line.length > maxLength || text.length > maxLength * 4;
  const shown = isCut ? `${line.slice(0, maxLength - 1).trimEnd()}…` : line;
  return shown.replace(broken, '\uFFFD');
}
