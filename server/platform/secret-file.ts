// Reads a secret that an operator keeps in a file, as containers and systemd hand them over.
import { readFileSync } from 'node:fs';

/** Without the line end that editors add. @returns undefined when it cannot be read, or nothing is in it */
export function readSecretFile(path: string): string | undefined {
  try {
    const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return secret === '' ? undefined : secret;
  } catch {
    return undefined;
  }
}
