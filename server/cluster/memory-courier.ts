// Carries parcels between the connections of one process.
import type { Courier } from './courier.js';

export function createMemoryCourier<Parcel>(): Courier<Parcel> {
  const receivers = new Map<string, (parcel: Parcel) => void>();
  return {
    attach(peer, receive) {
      receivers.set(peer, receive);
      return () => {
        receivers.delete(peer);
      };
    },
    carry(peer, parcel) {
      receivers.get(peer)?.(parcel);
    },
  };
}
