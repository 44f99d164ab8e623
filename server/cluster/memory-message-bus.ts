// Delivers messages between the connections of one process.
import type { MessageBus } from './message-bus.js';

export function createMemoryMessageBus<Payload>(): MessageBus<Payload> {
  const receivers = new Map<string, (payload: Payload) => void>();
  let answerProbe: (address: string) => Promise<boolean> = () => Promise.resolve(true);
  return {
    attach(address, receive) {
      receivers.set(address, receive);
      return () => {
        if (receivers.get(address) === receive) receivers.delete(address);
      };
    },
    send(address, payload) {
      receivers.get(address)?.(payload);
    },
    onLoss() {
      // In one process no message is lost.
    },
    answerProbes(isAlive) {
      answerProbe = isAlive;
    },
    isAlive: (address) => answerProbe(address),
  };
}
