// Requests that a client counts, so that one which was given up and arrives late is known as such. [R21] [U21]

export interface CountedRequest {
  /** The incarnation that asks. */
  me?: string;
  /** Counted up by it at each of its requests. */
  attempt?: number;
}

/** Whether `request` was made before, or is the same as, the one that was granted last. */
export function isLate(granted: CountedRequest, { me, attempt }: CountedRequest): boolean {
  if (me === undefined || me !== granted.me) return false;
  return attempt !== undefined && granted.attempt !== undefined && attempt <= granted.attempt;
}

/** What to keep of a request that is granted. */
export function countOf({ me, attempt }: CountedRequest): CountedRequest {
  return { ...(me !== undefined && { me }), ...(attempt !== undefined && { attempt }) };
}
