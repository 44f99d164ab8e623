// Port: delivers messages to connections on any node, and checks whether a connection is alive.

/**
 * `assured`: sent again until it has arrived or the other node is dead. `relay`: dropped if it cannot be delivered now;
 * the clients send it again. `retried`: like `assured`, but dropped like a relay if too much waits.
 */
export type Delivery = 'assured' | 'retried' | 'relay';

/** @typeParam Payload plain JSON, since it may travel between nodes */
export interface MessageBus<Payload> {
  /** Delivers messages for this connection of this node to `receive`. @returns stops it */
  attach(address: string, receive: (payload: Payload) => void): () => void;
  /**
   * Delivers to a connection of this node before it returns, and to one of another node later. The messages from one
   * node to one connection arrive in order, an assured one possibly twice. Messages to a closed connection are dropped.
   */
  send(address: string, payload: Payload, delivery: Delivery): void;
  /**
   * Runs `handler` each time that messages to this node may have been lost: when the node can be reached again, or when
   * it was suspended and more assured messages came than it keeps.
   */
  onLoss(handler: () => void): void;
  /** Sets the probe of a connection of this node. It closes a dead one, and returns false for an unknown one. */
  answerProbes(isAlive: (address: string) => Promise<boolean>): void;
  /**
   * Settles within 4 s with the answer of the node that holds the connection. Never rejects.
   * @returns undefined if that node does not answer: the connection counts as alive until the lease of the node expires
   */
  isAlive(address: string): Promise<boolean | undefined>;
}
