// What a workload is: a group of rows, the servers that take part, and one round of measuring.
import type { RunningContestant } from './contestants.js';

export type WorkloadId = 'relay' | 'names' | 'pair' | 'idle' | 'memory' | 'latency' | 'redis';

export interface Row {
  id: string;
  title: string;
  unit: Unit;
}

export type Unit = 'µs' | 'KB' | '';

/** The amount of work: in full, or in the quick form. */
export type Scale = 'full' | 'quick';

export interface Round {
  /** In the order of this round. */
  running: readonly RunningContestant[];
  scale: Scale;
  record(row: string, contestant: string, value: number): void;
}

export interface Workload {
  id: WorkloadId;
  title: string;
  rows: readonly Row[];
  /** Ids of contestants, by the scale. */
  contestants: Record<Scale, readonly string[]>;
  rounds: Record<Scale, number>;
  /** Only figures of our own: nothing is compared with another server. */
  isAlone?: boolean;
  pingMs?: number;
  round(round: Round): Promise<void>;
}
