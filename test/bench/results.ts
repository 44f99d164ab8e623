// What was measured: one value for each row, contestant and round; and the ratios between two contestants of the same round.
import { intervalOfMedian, median, type Interval } from './statistics.js';

export interface Results {
  record(row: string, contestant: string, round: number, value: number): void;
  /** In the order of the rounds. */
  values(row: string, contestant: string): number[];
  /** Of the rounds in which both were measured. Undefined if there is none. */
  ratio(row: string, contestant: string, base: string): Summary | undefined;
}

export interface Summary extends Interval {
  median: number;
}

export function createResults(): Results {
  const measured = new Map<string, Map<number, number>>();

  function roundsOf(row: string, contestant: string): Map<number, number> {
    const key = JSON.stringify([row, contestant]);
    const found = measured.get(key) ?? new Map<number, number>();
    measured.set(key, found);
    return found;
  }

  return {
    record(row, contestant, round, value) {
      roundsOf(row, contestant).set(round, value);
    },
    values: (row, contestant) => [...roundsOf(row, contestant).values()],
    ratio(row, contestant, base) {
      const bases = roundsOf(row, base);
      const ratios = [...roundsOf(row, contestant)].flatMap(([round, value]) => {
        const other = bases.get(round);
        return other === undefined || other <= 0 ? [] : [value / other];
      });
      return ratios.length === 0 ? undefined : summarize(ratios);
    },
  };
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), ...intervalOfMedian(values) };
}
