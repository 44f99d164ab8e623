// What is a token: a secret, or an incarnation. [R6] [U2]
import { maxTokenLength } from './limits.js';

export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= maxTokenLength;
}
