// What this side has sent and has no receipt for, in order and numbered. Pure: leaves writing to the delivery.
//
// First come the parcels that are addressed to one incarnation of the other side, then those that wait for anybody.
import { readCallSignal } from './call-signal.js';
import type { SignalKind, SignalMeta } from '../../server/protocol/room-events.js';

export interface Parcel {
  /** The sender's own mark, to tell it what became of the parcel. */
  id: number;
  as: SignalKind;
  value: unknown;
  bytes: number;
}

export interface NumberedParcel extends Parcel {
  meta: SignalMeta;
  isResent: boolean;
}

export interface OutboxLimits {
  maxParcels: number;
  maxBytes: number;
}

/** Asked for one parcel after another; no is the answer for all that are behind it, too. */
export type MayGo = (parcel: Parcel) => boolean;

export interface Outbox {
  /** Parcels that were written and have no receipt. */
  readonly written: number;
  /** Parcels that have no receipt. */
  readonly length: number;
  /** @returns false when it is full */
  push(parcel: Parcel): boolean;
  /** The other side is this incarnation: everything is for it. @returns what was for another one */
  address(to: string): Parcel[];
  /** The other side has no incarnation: everything is for it, unnumbered. @returns what was for another one */
  open(): Parcel[];
  /** Nobody is there: what is pushed from now on waits for whoever comes. @returns what was for one who cannot return */
  keep(): Parcel[];
  /** One side is away: if the other has no incarnation, what is pushed from now on waits for whoever is there next. */
  pause(): void;
  /** The next parcels to write, at most so many that `window` are without receipt. */
  write(window: number, mayGo: MayGo): NumberedParcel[];
  /** Takes out the next parcels to write for one without incarnation. */
  writeBare(mayGo: MayGo): Parcel[];
  /** Everything without receipt is to be written again. */
  rewind(): void;
  /** @returns the parcels that a receipt for everything up to `upTo` is about */
  settle(upTo: number, from: string, to: string): Parcel[];
  /**
   * Takes out parcels that can never arrive; those behind them move up, and all are to be written again.
   * @param isHopeless is told what a parcel travels with, if it is for somebody
   */
  discard(isHopeless: (parcel: Parcel, meta?: SignalMeta) => boolean): Parcel[];
}

export function createOutbox(me: string, { maxParcels, maxBytes }: OutboxLimits): Outbox {
  const parcels: Parcel[] = [];
  let bytes = 0;
  /** Whom the addressed ones are for, even while nobody is there: the same one may come back. */
  let to: string | undefined;
  /** A new name for every new addressee: numbers that were given in vain are never counted on again. */
  let from = me;
  let renamed = 0;
  let firstSeq = 1;
  let addressed = 0;
  let isAddressing = false;
  let written = 0;
  /** Numbers below it were written at least once. */
  let freshSeq = 1;

  function take(start: number, count: number): Parcel[] {
    const taken = parcels.splice(start, count);
    addressed -= Math.min(count, Math.max(0, addressed - start));
    for (const parcel of taken) bytes -= parcel.bytes;
    return taken;
  }

  /** Where the parcels end that may go, from `start` on. */
  function findEnd(start: number, end: number, mayGo: MayGo): number {
    let index = start;
    for (let next = parcels[index]; next && index < end && mayGo(next); next = parcels[index]) index++;
    return index;
  }

  function turnTo(addressee: string | undefined): Parcel[] {
    if (addressee === to) return [];
    const lost = take(0, addressed);
    if (to !== undefined) from = `${me}/${(++renamed).toString(36)}`;
    to = addressee;
    firstSeq = freshSeq = 1;
    written = 0;
    return lost;
  }

  return {
    get written() {
      return written;
    },
    get length() {
      return parcels.length;
    },
    push(parcel) {
      // One parcel fits always, however large the limit of one is; and what calls say, which is little and needed.
      const isFull = parcels.length >= maxParcels || (parcels.length > 0 && bytes + parcel.bytes > maxBytes);
      if (isFull && !readCallSignal(parcel.value)) return false;
      parcels.push(parcel);
      bytes += parcel.bytes;
      if (isAddressing) addressed++;
      return true;
    },
    address(addressee) {
      const lost = turnTo(addressee);
      isAddressing = true;
      addressed = parcels.length;
      return lost;
    },
    open() {
      const lost = turnTo(undefined);
      isAddressing = true;
      addressed = parcels.length;
      return lost;
    },
    keep() {
      isAddressing = false;
      return to === undefined ? take(0, addressed) : [];
    },
    pause() {
      if (to === undefined) isAddressing = false;
    },
    write(window, mayGo) {
      if (to === undefined) return [];
      const addressee = to;
      const start = written;
      written = findEnd(start, Math.min(addressed, window), mayGo);
      const next = parcels.slice(start, written).map((parcel, index): NumberedParcel => {
        const seq = firstSeq + start + index;
        return { ...parcel, meta: { seq, from, to: addressee }, isResent: seq < freshSeq };
      });
      freshSeq = Math.max(freshSeq, firstSeq + written);
      return next;
    },
    writeBare(mayGo) {
      return take(0, findEnd(0, addressed, mayGo));
    },
    rewind() {
      written = 0;
    },
    settle(upTo, receiver, sender) {
      if (receiver !== to || sender !== from) return [];
      const count = Math.min(upTo, freshSeq - 1) - firstSeq + 1;
      if (count <= 0) return [];
      firstSeq += count;
      written = Math.max(0, written - count);
      return take(0, count);
    },
    discard(isHopeless) {
      const hopeless: Parcel[] = [];
      for (let index = parcels.length - 1; index >= 0; index--) {
        const parcel = parcels[index];
        const meta = to === undefined ? undefined : { seq: firstSeq + index, from, to };
        if (parcel === undefined || !isHopeless(parcel, meta)) continue;
        hopeless.unshift(...take(index, 1));
      }
      if (hopeless.length > 0) {
        written = 0;
        freshSeq = Math.min(freshSeq, firstSeq + addressed);
      }
      return hopeless;
    },
  };
}
