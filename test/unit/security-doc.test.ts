// docs/security.md says what is true as far as a test can tell: the tests that its tables name are there.
import { expect, it } from 'vitest';
import { listFiles } from '../support/source-files.js';
import { tablesIn } from '../support/tables.js';

const page = 'docs/security.md';
const tests = listFiles('test', '.test.ts');

/** @param name with or without its tier and its ending */
function isTest(name: string): boolean {
  const path = name.replace(/(?:\.long)?\.test\.ts$/, '');
  return tests.some((test) => test.replace(/(?:\.long)?\.test\.ts$/, '').endsWith(`/${path}`));
}

it('what is kept has a bound and a test, line by line', () => {
  const [kept] = tablesIn(page, '## What is kept, and its bound');
  expect(kept?.head).toEqual(['what', 'bound', 'test']);
  expect(kept?.rows.length).toBeGreaterThan(20);
  expect(kept?.rows.filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual([]);
});

it('every test that it names is there, and every row of a table of tests names one', () => {
  const rows = tablesIn(page).flatMap(({ head, rows: cells }) => (head.at(-1) === 'test' ? cells : []));
  expect(rows.length).toBeGreaterThan(40);
  const wrong = rows.filter((cells) => {
    const names = [...(cells.at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    return names.length === 0 || !names.every(isTest);
  });
  expect(wrong).toEqual([]);
});
