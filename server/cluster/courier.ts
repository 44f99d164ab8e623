// Port: takes a parcel to the connection of a peer, wherever that connection is.

/** @typeParam Parcel what travels; plain data, so that it can travel between nodes */
export interface Courier<Parcel> {
  /** From now on `receive` gets what is carried to `peer`. Returns the function that ends it. */
  attach(peer: string, receive: (parcel: Parcel) => void): () => void;
  /** Parcels of one sender to one peer arrive in order. One to a peer that is gone is dropped. */
  carry(peer: string, parcel: Parcel): void;
}
