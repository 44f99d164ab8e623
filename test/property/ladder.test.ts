// The ladder takes whatever comes: any event with any JSON never throws, keeps its bounds, and gives a picture that is
// well-formed XML, as Chromium's own parser reads it. `PROPERTY_SEED=<seed>` runs it again.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { ladderPicture } from '../../client/pages/ladder/ladder-picture.js';
import { lineOf, wayOf, type TraceEvent } from '../../client/pages/ladder/ladder-row.js';
import { emptyLadder, hearEvent, type LadderState } from '../../client/pages/ladder/ladder-rules.js';
import { withoutSecrets } from '../../client/pages/ladder/without-secrets.js';
import { launchChromium } from '../support/chromium.js';
import { inThousands, scaled } from '../support/scale.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? randomInt(2 ** 31));
const runs = scaled(10_000, 1000);
const pictureCount = scaled(1000, 300);

const knownEvents = [
  ...[
    'create or join',
    'message',
    'response',
    'received',
    'check',
    'ice servers',
    'Bye',
    'Ack',
    'refused',
    'log',
  ],
  ...[
    'created',
    'joined',
    'full',
    'ready',
    'peer away',
    'peer back',
    'peer gone',
    'bye',
    'draining',
    'taken-over',
  ],
  ...['login', 'users', 'offer', 'answer', 'candidate', 'leave', 'error', 'greeting', 'iceServers'],
  ...[
    'connecting',
    'connected',
    'lost',
    'waiting',
    'again',
    'over',
    'ice',
    'restart',
    'route',
    'candidate error',
  ],
  ...['__proto__', 'constructor', 'toString'],
];

/** Keys that mean something to somebody, so that the values get to where they are read. */
const keys = [
  ...[
    'type',
    'sdp',
    'candidate',
    'description',
    'parley',
    'as',
    'value',
    'meta',
    'seq',
    'from',
    'to',
    'receipt',
  ],
  ...[
    'upTo',
    'me',
    'again',
    'about',
    'channel',
    'message',
    'peer',
    'presence',
    'status',
    'iceServers',
    'users',
  ],
  ...[
    'name',
    'busy',
    'seat',
    'next',
    'token',
    'credential',
    'code',
    'reason',
    'hangUp',
    '__proto__',
    'toJSON',
  ],
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('<', '>', '&', '"', "'", ']', '\0', '\uD800', '\uFFFE', '\u202E', '\n'),
  }),
  fc.constantFrom(
    'offer',
    'message',
    'v=0\r\nm=audio 9 x 0\r\n',
    'v=0\nm=\nm=video 0\na=candidate:\n',
    'here',
  ),
  fc.constantFrom('candidate:1 1 udp 1 x 1 typ host', '{"sdp":{"type":"offer","sdp":""}}', '{"candidate":'),
);

const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), text), tie('json'), { maxKeys: 5 }),
  ),
}));

const traced: fc.Arbitrary<TraceEvent> = fc.record({
  at: fc.double({ min: 0, max: 1e9, noNaN: true }),
  direction: fc.constantFrom('in', 'out', 'here'),
  event: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...knownEvents) }, { weight: 1, arbitrary: text }),
  args: fc.array(json, { maxLength: 3 }),
});

const trace = fc.array(traced, { maxLength: 30 });

function hear(events: readonly TraceEvent[]): LadderState {
  return events.reduce(
    (state, event) => hearEvent(state, { ...event, args: withoutSecrets(event.args) }),
    emptyLadder,
  );
}

it(`${inThousands(runs)} traces of any JSON: every row is one short line (seed ${seed})`, () => {
  fc.assert(
    fc.property(trace, (events) => {
      const { rows } = hear(events);
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(events.length);
      for (const row of rows) {
        const line = `${wayOf(row)}: ${lineOf(row)}`;
        expect(line.length).toBeLessThan(1200);
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202E]/u);
      }
    }),
    { seed, numRuns: runs },
  );
});

it(`${inThousands(pictureCount)} pictures of any JSON are well-formed, and show every step as text (seed ${seed})`, async () => {
  const chromium = await launchChromium();
  onTestFinished(() => chromium.close());
  const window = await chromium.openWindow();
  const ladders = fc.sample(trace, { seed, numRuns: pictureCount }).map(hear);
  const pictures = ladders.map(({ rows, gone }) => ladderPicture({ rows, gone, savedAt: 'today' }));
  const parsed = await window.read<{ problem: string | undefined; tags: string[]; titles: number }[]>(`
    ${JSON.stringify(pictures)}.map((svg) => {
      const picture = new DOMParser().parseFromString(svg, 'image/svg+xml');
      return {
        problem: picture.querySelector('parsererror')?.textContent,
        tags: [...new Set([...picture.querySelectorAll('*')].map(({ tagName }) => tagName))],
        titles: picture.querySelectorAll('g > title').length,
      };
    })`);
  expect(parsed.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(parsed.map(({ titles }) => titles)).toEqual(ladders.map(({ rows }) => rows.length));
  const tags = new Set(parsed.flatMap((picture) => picture.tags));
  expect([...tags].sort()).toEqual(['circle', 'g', 'line', 'path', 'rect', 'svg', 'text', 'title']);
});
