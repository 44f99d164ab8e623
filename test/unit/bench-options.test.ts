// What the benchmark can be told.
import { expect, it } from 'vitest';
import { parseBenchOptions, workloadIds } from '../bench/bench-options.js';

it('measures everything in full when it is told nothing', () => {
  expect(parseBenchOptions([])).toEqual({
    ok: true,
    options: { scale: 'full', workloads: workloadIds, isLimits: false, isMarkdown: false },
  });
});

it('leaves out the figures of Redis in the quick form, unless they are asked for', () => {
  const workloads = workloadIds.filter((id) => id !== 'redis');
  expect(parseBenchOptions(['--quick'])).toMatchObject({ options: { scale: 'quick', workloads } });
  expect(parseBenchOptions(['--quick', '--only', 'redis'])).toMatchObject({
    options: { workloads: ['redis'] },
  });
});

it('takes a list of workloads, a number of rounds, another version and the form of the report', () => {
  const argv = ['--only', 'relay, idle', '--rounds', '5', '--against', 'HEAD~1', '--markdown'];
  expect(parseBenchOptions(argv)).toEqual({
    ok: true,
    options: {
      scale: 'full',
      workloads: ['relay', 'idle'],
      rounds: 5,
      against: 'HEAD~1',
      isLimits: false,
      isMarkdown: true,
    },
  });
});

it('compares parley with itself without limits', () => {
  expect(parseBenchOptions(['--limits'])).toMatchObject({ options: { isLimits: true } });
});

it('shows the help before anything else is looked at', () => {
  expect(parseBenchOptions(['--help', '--only', 'nothing'])).toEqual({ ok: 'help' });
});

it.each([
  [['--only', 'relay,dance'], /"dance".*relay, names/],
  [['--only', ''], /""/],
  [['--rounds', '0'], /--rounds/],
  [['--rounds', '1.5'], /--rounds/],
  [['--rounds', '102'], /--rounds/],
  [['--against', 'main', '--limits'], /--against or --limits/],
  [['--against', ''], /--against/],
  [['--against=--upload-pack=x'], /--against/],
  [['--fast'], /--fast/],
  [['relay'], /relay/],
])('refuses %j with a sentence', (argv, sentence) => {
  const parsed = parseBenchOptions(argv);
  expect(parsed).toMatchObject({ ok: false });
  expect(parsed.ok === false && parsed.message).toMatch(sentence);
});
