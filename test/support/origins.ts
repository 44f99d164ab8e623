// Sixty pages that want to connect: where each is from, and whether it may by default. [R17]

export interface OriginRow {
  /** The page's origin; none: no browser. */
  origin: string | undefined;
  /** The host that it wants to connect to. */
  host: string;
  isAllowed: boolean;
}

const local = '127.0.0.1:8181';
const named = 'parley.example';
const v6 = '[::1]:8181';

/** Every row has a host of its own; over a real connection it is sent as the Host header. */
export const originTable: OriginRow[] = [
  ...allowed(local, [
    undefined,
    'http://127.0.0.1:8181',
    'http://127.0.0.1',
    'http://127.0.0.1:3000',
    'https://127.0.0.1:8443',
    'http://localhost:8181',
    'http://localhost',
    'https://localhost',
    'http://LOCALHOST:5173',
    'http://[::1]:8181',
    'http://[::1]',
    'http://127.1',
    'http://0x7f.0.0.1',
  ]),
  ...allowed(named, [
    undefined,
    'http://parley.example',
    'https://parley.example',
    'https://parley.example:8443',
    'http://PARLEY.example',
  ]),
  ...allowed(v6, [undefined, 'http://[::1]:8181', 'http://localhost:3000', 'http://127.0.0.1']),
  ...refused(local, [
    'null',
    '',
    'http://evil.example',
    'https://evil.example:8181',
    'http://localhost.evil.example',
    'http://evil.example.localhost',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.2',
    'http://128.0.0.1',
    'http://0.0.0.0:8181',
    'http://10.0.0.7:8181',
    'http://[::2]',
    'http://localhost.',
    'http://notlocalhost',
    'http://localhost@evil.example',
    'http://evil.example#localhost',
    'http://evil.example/localhost',
    'file://',
    'file://localhost',
    'chrome-extension://localhost',
    'capacitor://localhost',
    'ws://localhost:8181',
    'ftp://localhost',
    'localhost',
    'localhost:8181',
    '//localhost',
    'http://',
    'http:// localhost',
    'javascript:localhost',
    '*',
  ]),
  ...refused(named, [
    'null',
    'http://localhost:8181',
    'http://127.0.0.1',
    'https://sub.parley.example',
    'https://parley.example.evil.example',
    'https://evilparley.example',
    'https://parley.exampl',
    'https://parley.example.',
  ]),
];

function allowed(host: string, origins: (string | undefined)[]): OriginRow[] {
  return origins.map((origin) => ({ origin, host, isAllowed: true }));
}

function refused(host: string, origins: string[]): OriginRow[] {
  return origins.map((origin) => ({ origin, host, isAllowed: false }));
}
