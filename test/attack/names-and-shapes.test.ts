// Names and values that are made to confuse: each is refused, or works as any other, and the server lives.
import { expect, it } from 'vitest';
import { inThousands, scaled } from '../support/scale.js';
import { closeFrameOf, frameOf, openRawSocketIo, openRawWebSocket } from '../support/raw-websocket.js';
import { connectClient } from '../support/room-client.js';
import { connectUser } from '../support/user-client.js';
import { attacked, serverOfFile } from './attacked.js';

const server = serverOfFile();

const odd = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'],
  ...[
    '\0',
    '\r\n',
    '\t',
    '\u001b[31m',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u200b',
    '\u200d',
    '\ufeff',
    '\u202e',
    '\u2066',
  ],
  ...[
    '\ud800',
    '\udfff',
    'é',
    'e\u0301',
    '👩‍👩‍👧',
    '𝒜',
    'İ',
    'ß',
    '\u{e0041}',
    '\u{10ffff}',
    '\uffff',
    ' ',
    '.',
    '/',
    '#',
    '%00',
  ],
  ...[
    '<script>',
    '"',
    "'",
    '\\',
    '${x}',
    '{{x}}',
    '*',
    '?',
    '[a]',
    'parley:room:x',
    'ünï',
    'Ω',
    'null',
    'true',
    '0',
  ],
];
const around: ((part: string) => string)[] = [
  (part) => part,
  (part) => `a${part}`,
  (part) => `${part}b`,
  (part) => `a${part}b`,
  (part) => part.repeat(40),
  (part) => part.repeat(200),
];
/** Each part alone, within a text, and many times; and texts of up to a megabyte. */
const names = [
  ...around.flatMap((put) => odd.map(put)),
  ...[127, 128, 129, 1000, 65_536, 1_000_000].map((length) => 'x'.repeat(length)),
].slice(0, 300);

it('[R1] [U2] 300 odd names: each is refused, or it works, and none means another', async (context) => {
  expect(names).toHaveLength(300);
  const threat = 'names: __proto__, NUL, RTL, zero-width, 1 MB';
  await attacked(context, server(), { threat, tries: scaled(300, 30), of: 'names' }, async (tries) => {
    let works = 0;
    const every = Math.floor(names.length / tries);
    for (const name of names.filter((_name, index) => index % every === 0)) {
      const [ann, bob] = [await connectClient(server().url), await connectClient(server().url)];
      const { status } = (await ann.ask('create or join', name)) as { status: string };
      expect(status).toMatch(/^(?:created|refused)$/);
      if (status === 'created') {
        works++;
        expect(await bob.ask('create or join', name)).toMatchObject({ status: 'joined' });
        ann.say('message', name);
        expect(await bob.hears('message')).toEqual([name.toWellFormed()]);
      }
      const user = await connectUser(`ws://127.0.0.1:${server().callsPort}`);
      user.say({ type: 'login', name });
      const answer = await user.hears();
      expect(answer).toMatchObject({ type: 'login', success: expect.any(Boolean) as boolean });
      for (const { socket } of [ann, bob]) socket.disconnect();
      await user.close();
    }
    return `${works} work, the others are refused; Object.prototype is unchanged`;
  });
});

/** Depths and widths, closed and left open, up to what a frame of 1 MiB holds. */
function shapes(most: number): string[] {
  const depths = [10, 64, 65, 1000, 5000, 100_000, 500_000].filter((depth) => depth <= most);
  const closed = depths.flatMap((depth) => [
    '['.repeat(depth) + ']'.repeat(depth),
    ...(depth <= 150_000 ? ['{"a":'.repeat(depth) + '1' + '}'.repeat(depth)] : []),
  ]);
  const wide = [1000, 60_000].flatMap((width) => [
    `[${'1,'.repeat(width)}1]`,
    `{${Array.from({ length: width }, (_, key) => `"k${key}":1`).join()}}`,
    `[${'{},'.repeat(width)}{}]`,
  ]);
  return [...closed, ...wide, '['.repeat(most), '{"a":'.repeat(200_000), `"${'x'.repeat(1_000_000)}"`];
}

it('[R8] [U15] JSON that is deep, wide or huge is refused, or ends its own connection', async (context) => {
  const most = 1_000_000;
  const all = shapes(most).filter((_json, index) => index % scaled(1, 3) === 0);
  const around = {
    rooms: (json: string) => [
      `42["message",${json}]`,
      `42["create or join",${json}]`,
      `42["what",${json}]`,
      `40${json}`,
    ],
    names: (json: string) => [`{"type":"offer","name":"ann","offer":${json}}`, `{"type":${json}}`, json],
  };
  const tries = all.length * 7;
  const threat = `deep, wide, huge JSON, to depth ${inThousands(most)}`;
  await attacked(context, server(), { threat, tries, of: 'values' }, async (times) => {
    const { port, callsPort } = server();
    for (const json of all.slice(0, times / 7)) {
      for (const packet of around.rooms(json)) {
        const cy = await openRawSocketIo(port);
        cy.write(frameOf('42["create or join","deep"]'), frameOf(packet), closeFrameOf(1000));
        await cy.closed;
      }
      for (const text of around.names(json)) {
        const cy = await openRawWebSocket(callsPort, '/');
        cy.write(frameOf('{"type":"login","name":"cy"}'), frameOf(text), closeFrameOf(1000));
        await cy.closed;
      }
    }
    return '0 crashes';
  });
});
