// PROTOCOL.md is true: the session that it invites to type runs line by line, and its examples are messages.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { parseFrame, parseUserMessage } from '../../server/protocol/parse-user-message.js';
import type { UserRefusalCode } from '../../server/protocol/user-messages.js';
import { userRefusals } from '../../server/protocol/user-refusals.js';
import { startCalls } from '../support/user-client.js';

const whole = readFileSync(new URL('../../server/protocol/PROTOCOL.md', import.meta.url), 'utf8');
const userPart = whole.slice(whole.indexOf('## The user protocol'));

function blocks(language: string): string[] {
  return [...userPart.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  );
}

/** A terminal with wscat in it: what it shows, line by line. */
function openTerminal(url: string): { type(line: string): void; shows(): Promise<string> } {
  const socket = new WebSocket(url);
  const lines: string[] = [];
  let wake = (): void => {};
  socket.on('message', (data: Buffer) => {
    lines.push(data.toString('utf8'));
    wake();
  });
  return {
    type: (line) => socket.send(line),
    async shows() {
      for (;;) {
        const line = lines.shift();
        if (line !== undefined) return line;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

test('[U1] to [U15] the session in PROTOCOL.md runs as it is written', async () => {
  const { url } = await startCalls();
  const terminals = new Map<string, ReturnType<typeof openTerminal>>();
  const session = (blocks('session')[0] ?? '').trim().split('\n');
  expect(session.length).toBeGreaterThan(20);
  for (const line of session) {
    const [, who = '', direction, text = ''] = /^(\w+) ([<>]) (.*)$/.exec(line) ?? [];
    const terminal = terminals.get(who) ?? openTerminal(url);
    terminals.set(who, terminal);
    if (direction === '>') terminal.type(text);
    else expect(JSON.parse(await terminal.shows()), line).toEqual(JSON.parse(text));
  }
});

test('[U15] the examples in PROTOCOL.md are messages of a client or of the server', () => {
  const frames = blocks('text').flatMap((block) => block.trim().split('\n'));
  expect(frames.length).toBeGreaterThan(12);
  for (const frame of frames) {
    const said = parseFrame(frame);
    if (!said.ok) expect.unreachable(frame);
    const isFromClient = parseUserMessage(said.value, 0).ok;
    expect(isFromClient || ['login', 'error'].includes(String(said.value['type'])), frame).toBe(true);
  }
});

test('[U15] PROTOCOL.md lists every code with which a message can be refused', () => {
  const codes: UserRefusalCode[] = Object.values(userRefusals).map((refusal) => refusal('1' as never).code);
  const errors = userPart.slice(userPart.indexOf('### Errors'));
  const listed = [...errors.matchAll(/^\| `([a-z-]+)`/gm)].map(([, code]) => code);
  expect(listed).toEqual([...new Set(codes)].sort());
});
