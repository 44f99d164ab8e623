// Carries parcels between the connections of one process.
import type { Courier } from './courier.js';

export function createMemoryCourier<Parcel>(): Courier<Parcel> {
  const receivers = new Map<string, (parcel: Parcel) => void>();
  let answerProbe: (address: string) => Promise<boolean> = () => Promise.resolve(true);
  return {
    attach(address, receive) {
      receivers.set(address, receive);
      return () => {
        if (receivers.get(address) === receive) receivers.delete(address);
      };
    },
    carry(address, parcel) {
      receivers.get(address)?.(parcel);
    },
    onLoss() {
      // Nothing is ever lost on the way.
    },
    answerProbes(isAlive) {
      answerProbe = isAlive;
    },
    isAlive: (address) => answerProbe(address),
  };
}
