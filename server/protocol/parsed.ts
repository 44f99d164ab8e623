// What a parser returns: a value, or the refusal that says why there is none.

export type Parsed<Value, No> = { ok: true; value: Value } | { ok: false; refusal: No };

export function accept<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function refuse<No>(refusal: No): { ok: false; refusal: No } {
  return { ok: false, refusal };
}
