// Whose page may connect, as a table of Origin and Host. [R17]
import { describe, expect, it } from 'vitest';
import { createAdmission } from '../../server/transport/admission.js';
import { originTable } from '../support/origins.js';

const byDefault = { allowedOrigins: [], trustProxy: false };

describe('by default', () => {
  it.each(originTable)('[R17] $origin at $host: $isAllowed', ({ origin, host, isAllowed }) => {
    const { isAllowed: decide } = createAdmission(byDefault);
    expect(decide({ headers: { host, ...(origin !== undefined && { origin }) } })).toBe(isAllowed);
  });
});

describe('ALLOWED_ORIGINS', () => {
  const rows: [listed: string, origin: string, isAllowed: boolean][] = [
    ['https://school.example', 'https://school.example', true],
    ['https://School.example', 'https://school.EXAMPLE', true],
    ['https://school.example', 'http://school.example', false],
    ['https://school.example', 'https://school.example:8443', false],
    ['https://school.example', 'https://sub.school.example', false],
    ['https://school.example', 'https://school.example.evil.example', false],
    ['null', 'null', true],
    ['https://school.example', 'null', false],
    ['*', 'https://anybody.example', true],
    ['*', 'null', true],
  ];
  it.each(rows)('[R17] with %s listed, %s: %s', (listed, origin, isAllowed) => {
    const { isAllowed: decide } = createAdmission({ allowedOrigins: [listed], trustProxy: false });
    expect(decide({ headers: { host: 'parley.example', origin } })).toBe(isAllowed);
  });
});

describe('TRUST_PROXY', () => {
  const headers = {
    host: '10.0.0.7:8181',
    origin: 'https://parley.example',
    'x-forwarded-host': 'evil.example, parley.example',
  };

  it('[R17] the host that the proxy names counts only behind a proxy', () => {
    expect(createAdmission(byDefault).isAllowed({ headers })).toBe(false);
    expect(createAdmission({ ...byDefault, trustProxy: true }).isAllowed({ headers })).toBe(true);
  });

  it('[R17] behind a proxy the host that the nearest one has added counts, and Host only without one', () => {
    const { isAllowed } = createAdmission({ ...byDefault, trustProxy: true });
    expect(isAllowed({ headers: { ...headers, origin: 'https://evil.example' } })).toBe(false);
    expect(isAllowed({ headers: { host: 'a.example', origin: 'https://a.example' } })).toBe(true);
  });
});

it('[R17] a request without a host and with an origin is refused', () => {
  expect(createAdmission(byDefault).isAllowed({ headers: { origin: 'http://localhost' } })).toBe(false);
});
