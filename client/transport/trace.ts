// What travels, as a program can watch it: the pages' logs and the ladder do.

export interface TraceEvent {
  /** Milliseconds on the library's clock: for differences, not for the time of day. */
  at: number;
  /** `in`: from the server; `out`: to the server; `here`: something the library did by itself. */
  direction: 'in' | 'out' | 'here';
  /**
   * The wire's own word for it. For `here`: `connecting`, `connected` (how), `lost` (why), `waiting` (how long),
   * `again` (the number of the message that goes out once more), `over` (why).
   */
  event: string;
  /**
   * What travelled with it, as it travelled. Acknowledgement functions are left out; an answer comes `in` under the
   * request's own name. In place of a TURN server's `credential` stands `(hidden)`.
   */
  args: readonly unknown[];
}

export type Tracer = (direction: TraceEvent['direction'], event: string, args?: readonly unknown[]) => void;
