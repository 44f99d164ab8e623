// What waits in a claim while a request of its connection is being decided: in which order it runs, and what is dropped
// when too much waits.
import { expect, it } from 'vitest';
import { createClaim } from '../../server/kernel/claim.js';

/** The queue limit of a claim. */
const maxWaiting = 100;

/** A claim with a request that is being decided, and the tasks that have run. */
function openClaim() {
  const claim = createClaim({
    address: 'ann',
    onChange: () => {},
    onUnknownHold: () => {},
    onKey: () => {},
    onDue: () => {},
    onClose: () => {},
  });
  const ran: string[] = [];
  claim.ask('red');
  return {
    claim,
    ran,
    change(name: string) {
      claim.whenSettled(() => ran.push(name), false);
    },
    relay(name: string) {
      claim.whenSettled(() => ran.push(name), true);
    },
  };
}

const numbered = (name: string, count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${first + index}`);

it('runs a task at once when no request is being decided', () => {
  const { claim, ran, change, relay } = openClaim();
  claim.settle();
  change('change');
  expect(ran).toEqual(['change']);
  relay('relay');
  expect(ran).toEqual(['change', 'relay']);
});

it('keeps 100 tasks until the request is settled, and runs them once, in order', () => {
  const { claim, ran, change, relay } = openClaim();
  const all: string[] = [];
  for (let pair = 0; pair < maxWaiting / 2; pair++) {
    change(`change ${pair}`);
    relay(`relay ${pair}`);
    all.push(`change ${pair}`, `relay ${pair}`);
  }
  expect(ran).toEqual([]);
  claim.settle();
  expect(ran).toEqual(all);
  claim.ask('red');
  claim.settle();
  expect(ran).toEqual(all);
});

it('above 100 tasks it drops the oldest relay for each new task, and no state change', () => {
  const { claim, ran, change, relay } = openClaim();
  for (const name of numbered('old change', 10)) change(name);
  for (const name of numbered('relay', 10)) relay(name);
  for (const name of numbered('change', maxWaiting - 20)) change(name);
  relay('new relay');
  for (const name of numbered('new change', 2)) change(name);
  claim.settle();
  expect(ran).toEqual([
    ...numbered('old change', 10),
    ...numbered('relay', 7, 3),
    ...numbered('change', maxWaiting - 20),
    'new relay',
    ...numbered('new change', 2),
  ]);
});

it('above 100 tasks a new relay does not stay when the one after it needs its place', () => {
  const { claim, ran, change, relay } = openClaim();
  for (const name of numbered('change', maxWaiting - 1)) change(name);
  for (const name of numbered('relay', 500)) relay(name);
  change('new change');
  claim.settle();
  expect(ran).toEqual([...numbered('change', maxWaiting - 1), 'new change']);
});

it('above 100 tasks it drops the oldest state change only when no relay waits', () => {
  const { claim, ran, change, relay } = openClaim();
  for (const name of numbered('relay', 2)) relay(name);
  for (const name of numbered('change', maxWaiting + 2)) change(name);
  claim.settle();
  expect(ran).toEqual(numbered('change', maxWaiting, 2));
});
