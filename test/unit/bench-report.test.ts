// The tables of the benchmark.
import { expect, it } from 'vitest';
import { contestantsOf } from '../bench/contestants.js';
import { markdownReport, textReport, type Section } from '../bench/report.js';
import { createResults } from '../bench/results.js';

const section: Section = {
  title: 'Relay',
  rows: [{ id: 'row', title: 'a message', unit: 'µs' }],
  contestants: contestantsOf(['bare-ws', 'rooms', 'peerjs']),
  bases: [{ title: '× bare ws', of: () => 'bare-ws' }],
  rounds: 3,
};

function measured() {
  const results = createResults();
  [8, 10, 12].forEach((value, round) => results.record('row', 'bare-ws', round, value));
  [20, 20, 18].forEach((value, round) => results.record('row', 'rooms', round, value));
  return results;
}

it('shows ratios with what they vary by, values, and only who was measured', () => {
  const lines = textReport(section, measured()).split('\n');
  expect(lines[0]).toMatch(/^Relay: 3 rounds; .*75 %/);
  expect(lines.slice(1).map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['× bare ws', 'median', 'smallest to largest'],
    ['a message'],
    ['bare ws', '1.00', '10.0 µs', '8.00 to 12.0'],
    ['parley, rooms', '2.00 [1.50–2.50]', '20.0 µs', '18.0 to 20.0'],
  ]);
});

it('shows the same as Markdown', () => {
  expect(markdownReport(section, measured()).split('\n').slice(4)).toEqual([
    '|  | × bare ws | median | smallest to largest |',
    '| --- | ---: | ---: | ---: |',
    '| **a message** |  |  |  |',
    '| bare ws | 1.00 | 10.0 µs | 8.00 to 12.0 |',
    '| parley, rooms | 2.00 [1.50–2.50] | 20.0 µs | 18.0 to 20.0 |',
  ]);
});

it('says which interval it is once there are rounds enough', () => {
  expect(textReport({ ...section, rounds: 9 }, measured())).toMatch(
    /96 % interval \(values 2 to 8 of 9 in order\)/,
  );
});
