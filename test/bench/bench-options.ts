// What `npm run bench` can be told, and its help.
import { parseArgs } from 'node:util';
import type { Scale, WorkloadId } from './workload.js';

export const workloadIds: readonly WorkloadId[] = [
  'relay',
  'names',
  'pair',
  'idle',
  'memory',
  'latency',
  'redis',
];

export interface BenchOptions {
  scale: Scale;
  workloads: readonly WorkloadId[];
  /** Instead of the workload's own number. */
  rounds?: number;
  /** Another version of parley, by its git ref: measured instead of the other servers. */
  against?: string;
  /** Parley without its limits is measured instead of the other servers. */
  isLimits: boolean;
  isMarkdown: boolean;
}

export type ParsedOptions =
  | { ok: true; options: BenchOptions }
  | { ok: false; message: string }
  | { ok: 'help' };

const maxRounds = 101;

export const helpText = `Measures parley beside other servers, on this machine alone. Build first: npm run build

Usage: npm run bench -- [options]

  --quick             fewer servers, rounds and messages: under two minutes
  --only a,b          only these workloads: ${workloadIds.join(', ')}
  --rounds n          so many rounds of each workload, from 1 to ${maxRounds}
  --against ref       parley as it is now and as it was at this git ref, in alternation
  --limits            parley with all limits, which no load reaches, and without them, in alternation
  --markdown          prints the tables for docs/performance.md
  --help              shows this and exits

Nothing else should run meanwhile. The exit code is 1 if a message is lost, changed, doubled or out of order.`;

export function parseBenchOptions(argv: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        rounds: { type: 'string' },
        against: { type: 'string' },
        limits: { type: 'boolean', default: false },
        markdown: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { ok: 'help' };
    const { only } = values;
    const workloads = only?.split(',').map((id) => id.trim());
    const unknown = workloads?.find((id) => !isWorkloadId(id));
    if (unknown !== undefined) {
      return refuse(`--only: there is no workload "${unknown}". There are: ${workloadIds.join(', ')}.`);
    }
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1 && rounds <= maxRounds)) {
      return refuse(`--rounds: a whole number from 1 to ${maxRounds}.`);
    }
    // Git would read it as an option of its own.
    if (values.against?.startsWith('-') === true || values.against === '')
      return refuse('--against: a git ref.');
    if (values.against !== undefined && values.limits) return refuse('--against or --limits, not both.');
    return {
      ok: true,
      options: {
        scale: values.quick ? 'quick' : 'full',
        workloads:
          workloads?.filter(isWorkloadId) ?? workloadIds.filter((id) => !values.quick || id !== 'redis'),
        ...(rounds !== undefined && { rounds }),
        ...(values.against !== undefined && { against: values.against }),
        isLimits: values.limits,
        isMarkdown: values.markdown,
      },
    };
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause));
  }
}

function isWorkloadId(id: string): id is WorkloadId {
  return workloadIds.some((known) => known === id);
}

function refuse(message: string): ParsedOptions {
  return { ok: false, message };
}
