// Runs the benchmark: the workloads one after the other, each in rounds, and the report at the end.
import { endAll } from './clean-up.js';
import { startOther } from './other-version.js';
import { helpText, parseBenchOptions, type BenchOptions } from './bench-options.js';
import {
  bareWs,
  contestantsOf,
  isOurs,
  startContestants,
  tidySocketIo,
  type Contestant,
} from './contestants.js';
import { markdownReport, textReport, type Base, type Section } from './report.js';
import { createResults, type Results } from './results.js';
import type { Workload } from './workload.js';
import { idle } from './workloads/idle.js';
import { latency } from './workloads/latency.js';
import { memory } from './workloads/memory.js';
import { pair } from './workloads/pair.js';
import { redis } from './workloads/redis.js';
import { names, relay } from './workloads/relay.js';

const all: readonly Workload[] = [relay, names, pair, idle, memory, latency, redis];

const defaultPingMs = 10_000;

/** @returns the exit code */
export async function runBench(root: string, argv: readonly string[]): Promise<number> {
  const parsed = parseBenchOptions(argv);
  if (parsed.ok === 'help') {
    console.log(helpText);
    return 0;
  }
  if (!parsed.ok) {
    console.error(`bench: ${parsed.message}`);
    return 1;
  }
  const ended = new Promise<number>((resolve) => {
    let isOver = false;
    const fail = (cause: unknown): void => {
      // What fails after that fails because of it.
      if (isOver) return;
      isOver = true;
      console.error(`bench: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
      resolve(1);
    };
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
    process.on('SIGINT', () => {
      isOver = true;
      resolve(130);
    });
    process.on('SIGTERM', () => {
      isOver = true;
      resolve(143);
    });
    measure(root, parsed.options).then(() => resolve(0), fail);
  });
  const code = await ended;
  await endAll();
  return code;
}

async function measure(root: string, options: BenchOptions): Promise<void> {
  const startedAt = performance.now();
  const other = otherForm(root, options);
  const results = createResults();
  const report = options.isMarkdown ? markdownReport : textReport;
  for (const workload of all) {
    if (!options.workloads.includes(workload.id)) continue;
    const section = sectionOf(workload, options, other);
    if (section.contestants.length === 0) continue;
    await runRounds(root, workload, section, options, results);
    // Not only at the end: what has been measured is not lost with what fails.
    console.log(`${report(section, results)}\n`);
  }
  progress(`took ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}

/** Another form of parley, measured instead of the other servers. */
interface OtherForm {
  name: string;
  differs: Partial<Contestant>;
}

function otherForm(root: string, { against, isLimits }: BenchOptions): OtherForm | undefined {
  if (isLimits) return { name: 'no limits', differs: { isUnlimited: true } };
  if (against === undefined) return undefined;
  const { name, root: otherRoot } = startOther(root, against);
  return { name, differs: { root: otherRoot } };
}

function sectionOf(workload: Workload, { scale, rounds }: BenchOptions, other?: OtherForm): Section {
  const contestants = contestantsOf(workload.contestants[scale]);
  const section = { title: workload.title, rows: workload.rows, rounds: rounds ?? workload.rounds[scale] };
  if (!other)
    return { ...section, contestants, bases: workload.isAlone === true ? [] : basesOf(contestants) };
  const ours = contestants.filter(isOurs);
  const others = ours.map((each): Contestant => ({
    ...each,
    ...other.differs,
    id: otherIdOf(each.id),
    label: `${each.label}, ${other.name}`,
  }));
  const base: Base = {
    title: `× ${other.name}`,
    of: (contestant) => (ours.includes(contestant) ? otherIdOf(contestant.id) : undefined),
  };
  return { ...section, contestants: ours.flatMap((each, at) => [others[at] ?? each, each]), bases: [base] };
}

function otherIdOf(id: string): string {
  return `${id}-other`;
}

function basesOf(contestants: readonly Contestant[]): Base[] {
  return contestants
    .filter(({ id }) => id === bareWs || id === tidySocketIo)
    .map(({ id, label }) => ({ title: `× ${label}`, of: () => id }));
}

async function runRounds(
  root: string,
  workload: Workload,
  { contestants, rounds }: Section,
  { scale }: BenchOptions,
  results: Results,
): Promise<void> {
  const { pingMs = defaultPingMs } = workload;
  for (let number = 0; number < rounds; number++) {
    const startedAt = performance.now();
    const running = await startContestants(orderOf(contestants, number), { root, pingMs });
    await workload.round({
      running,
      scale,
      record(row, contestant, value) {
        results.record(row, contestant, number, value);
      },
    });
    await Promise.all(running.map((each) => each.close()));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    progress(`${workload.title}: round ${number + 1} of ${rounds}, ${seconds} s`);
  }
}

/** Every second round is the one before it backwards: of two, each is the first as often as the other. */
function orderOf<Item>(items: readonly Item[], round: number): Item[] {
  const start = items.length === 0 ? 0 : Math.floor(round / 2) % items.length;
  const rotated = [...items.slice(start), ...items.slice(0, start)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}

function progress(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
