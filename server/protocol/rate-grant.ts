// The rate limit of one connection. Both protocols tell it to a client that has asked for `resume`, when it has a seat
// or a name.

/** A part of an answer. Absent: the server names no limit. */
export interface RateGrant {
  /** Events, and bytes of UTF-8, in a second; 0: no limit. The burst is four seconds' worth of each. */
  rateLimit?: { events: number; bytes: number };
}
