// The result of a parser, a value or a refusal, and the checks that parsers share.
import { maxTokenLength } from './limits.js';

export type Parsed<Value, No> = { ok: true; value: Value } | { ok: false; refusal: No };

export function accept<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function refuse<No>(refusal: No): { ok: false; refusal: No } {
  return { ok: false, refusal };
}

/** An object with fields: not an array, and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A sequence number: of a request or a receipt from 0, of a message from 1. [R6] [R14] [U21] */
export function isCount(value: unknown, least: 0 | 1 = 0): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** A resume token or a client instance id. [R6] [U2] */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= maxTokenLength;
}
