// Parses the fields of a `login`. [U2] [U20] [U21]
import { isCount, accept, refuse, type Parsed, isToken } from './parsed.js';
import { maxTokenLength } from './limits.js';
import { parseAddressee, type Addressee } from './parse-user-name.js';
import type { Frame } from './parse-user-message.js';
import type { LoginMessage, UserRefusal } from './user-messages.js';
import { userRefusals } from './user-refusals.js';

export type LoginOptions = Omit<LoginMessage, 'type' | 'name'>;

/** `user` is undefined for a bad name: `login` has its own answer to that. */
export interface LoginRequest {
  user: Addressee | undefined;
  options: LoginOptions;
}

export function parseLogin({ name, resume, attempt, ...given }: Frame): Parsed<LoginRequest, UserRefusal> {
  const options: LoginOptions = {};
  if (resume !== undefined) {
    if (typeof resume !== 'boolean') return refuse(userRefusals.badMessage('resume is true or false.'));
    options.resume = resume;
  }
  if (attempt !== undefined) {
    if (!isCount(attempt)) return refuse(userRefusals.badMessage('attempt is a whole number.'));
    options.attempt = attempt;
  }
  for (const key of ['seat', 'next', 'me'] as const) {
    const token = given[key];
    if (token === undefined) continue;
    if (!isToken(token)) {
      return refuse(userRefusals.badMessage(`${key} is a text of 1 to ${maxTokenLength} characters.`));
    }
    options[key] = token;
  }
  return accept({ user: parseAddressee(name), options });
}
