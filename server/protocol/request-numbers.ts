// Request numbers, so that a request which arrives late is recognized. On the wire: `me` and `attempt`. [R21] [U21]

export interface NumberedRequest {
  /** The client instance id. */
  me?: string;
  /** The request sequence number of that client instance: higher at each request. */
  attempt?: number;
}

/** Whether this request was sent before, or is the same as, the one that was granted last. */
export function isStaleRequest(granted: NumberedRequest, { me, attempt }: NumberedRequest): boolean {
  if (me === undefined || me !== granted.me) return false;
  return attempt !== undefined && granted.attempt !== undefined && attempt <= granted.attempt;
}

/** What is stored of a request that is granted. */
export function requestNumberOf({ me, attempt }: NumberedRequest): NumberedRequest {
  return { ...(me !== undefined && { me }), ...(attempt !== undefined && { attempt }) };
}
