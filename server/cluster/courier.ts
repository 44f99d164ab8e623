// Port: takes a parcel to a connection, on whatever node that is, and asks whether one is alive.

/**
 * `notice`: what a rule decided; tried again until it has arrived or the other node is dead. `signal`: what peers
 * say; dropped when it cannot be taken now, since the two ends send it again.
 */
export type ParcelKind = 'notice' | 'signal';

/** @typeParam Parcel what travels; plain JSON, since it may travel between nodes */
export interface Courier<Parcel> {
  /** From now on `receive` gets what is carried to this connection of this node. Returns the function that ends it. */
  attach(address: string, receive: (parcel: Parcel) => void): () => void;
  /**
   * To a connection of this node at once, before it returns; to one of another node some time later. Parcels of one
   * node to one connection arrive in order; a notice may arrive twice. One to a connection that is gone is dropped.
   */
  carry(address: string, parcel: Parcel, kind: ParcelKind): void;
  /**
   * `listener` runs each time something that was carried to this node may be lost: when it can be reached again, or was
   * suspended for so long that not all could be kept for it.
   */
  onLoss(listener: () => void): void;
  /**
   * Who answers for the connections of this node, and cuts those that are dead. It says `false` of a connection that
   * is not there.
   */
  answerProbes(isAlive: (address: string) => Promise<boolean>): void;
  /**
   * Settles within 1.5 s, with what the connection's own node says. A node that says nothing is left to its lease:
   * its connections count as alive. Never rejects.
   */
  isAlive(address: string): Promise<boolean>;
}

/** Reads a parcel that another node wrote. @returns undefined when it is none: what lies in Redis is not trusted */
export type ParcelParser<Parcel> = (value: unknown) => Parcel | undefined;
