// Asks another node whether one of its connections is alive, and answers such requests of other nodes. What it means
// that a node does not answer, the caller decides: its lease may have expired.
import * as v from 'valibot';
import type { NodeId } from './address.js';

/** A second more than the 3 s that the other node gives its connection to answer. */
const timeoutMs = 4000;

/** `topic`: whose connection it is. `ask`: the number of the request on the asking node. */
export type Probe = { ask: number; topic: string; id: string } | { answered: number; isAlive: boolean };

export interface RemoteProbes {
  /**
   * Settles within 4 s with the answer of the node. Concurrent requests for a connection share one message.
   * @returns undefined if it does not answer
   */
  ask(node: NodeId, topic: string, id: string): Promise<boolean | undefined>;
  receive(from: NodeId, probe: Probe): void;
  /** Settles all pending requests with undefined. */
  close(): void;
}

/** @param isAlive probes a connection of this node; it returns undefined if the topic is not known */
export function createRemoteProbes(
  send: (node: NodeId, probe: Probe) => void,
  isAlive: (topic: string, id: string) => Promise<boolean> | undefined,
): RemoteProbes {
  const waiting = new Map<number, (isAlive?: boolean) => void>();
  const asking = new Map<string, Promise<boolean | undefined>>();
  let asked = 0;

  function ask(node: NodeId, topic: string, id: string): Promise<boolean | undefined> {
    const number = ++asked;
    return new Promise((resolve) => {
      const settle = (isThere?: boolean): void => {
        clearTimeout(timer);
        waiting.delete(number);
        asking.delete(`${topic} ${id}`);
        resolve(isThere);
      };
      const timer = setTimeout(settle, timeoutMs);
      waiting.set(number, settle);
      send(node, { ask: number, topic, id });
    });
  }

  return {
    ask(node, topic, id) {
      const key = `${topic} ${id}`;
      const known = asking.get(key);
      if (known) return known;
      const answer = ask(node, topic, id);
      asking.set(key, answer);
      return answer;
    },
    receive(from, probe) {
      if ('answered' in probe) {
        waiting.get(probe.answered)?.(probe.isAlive);
        return;
      }
      isAlive(probe.topic, probe.id)
        ?.then((isThere) => {
          send(from, { answered: probe.ask, isAlive: isThere });
        })
        .catch(() => {
          // No answer.
        });
    },
    close() {
      for (const settle of waiting.values()) settle();
    },
  };
}

const answer = v.object({ answered: v.number(), isAlive: v.boolean() });
const question = v.object({ ask: v.number(), topic: v.string(), id: v.string() });
const questionOfFormatOne = v.pipe(
  v.object({ ask: v.number(), line: v.string(), id: v.string() }),
  v.transform(({ ask, line, id }) => ({ ask, topic: line, id })),
);

export const probeCodec = {
  parse: (value: unknown) => outputOf(v.safeParse(v.union([answer, question]), value)),
  toFormatOne(probe: Probe): unknown {
    return 'answered' in probe ? probe : { ask: probe.ask, line: probe.topic, id: probe.id };
  },
  fromFormatOne: (value: unknown) => outputOf(v.safeParse(v.union([answer, questionOfFormatOne]), value)),
};

function outputOf(result: { success: boolean; output: unknown }): Probe | undefined {
  return result.success ? (result.output as Probe) : undefined;
}
