// What elements say that scripts build: labels, hints and buttons, and what is said about a copied link.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCallChat } from '../../client/pages/call/call-chat.js';
import { createCallControls } from '../../client/pages/call/call-controls.js';
import { createLobby } from '../../client/pages/call/call-lobby.js';
import { createCallPlot } from '../../client/pages/call/call-plot.js';
import { createCallStage } from '../../client/pages/call/call-stage.js';
import { asks } from '../../client/pages/chat/chat-asks.js';
import { createPanel } from '../../client/pages/chat/chat-panel.js';
import { createLadderPanel } from '../../client/pages/ladder/ladder-panel.js';
import type { LadderState } from '../../client/pages/ladder/ladder-rules.js';
import { createRowElement } from '../../client/pages/ladder/row-element.js';
import { part } from '../../client/pages/page-parts.js';
import { createWayChoice } from '../../client/pages/phone/way-choice.js';
import { standInForDocument, wordsIn } from '../support/fake-document.js';
import { got, hearAll } from '../support/ladder-traces.js';

function textOf(id: string): string | null | undefined {
  return document.getElementById(id)?.textContent;
}

describe('a call', () => {
  it('names its two pictures, and the button that lets one hear', () => {
    standInForDocument();
    expect(wordsIn(createCallStage().root)).toEqual([
      'The other person',
      'Your own picture',
      'Click to hear',
    ]);
  });

  it('names its controls', () => {
    standInForDocument();
    const { root } = createCallControls(
      () => {},
      () => {},
    );
    expect(wordsIn(root)).toEqual(['Your side of the call', 'Mute', 'Camera off', 'Share screen', 'Hang up']);
  });

  it('names its plot', () => {
    standInForDocument();
    expect(wordsIn(createCallPlot().root)).toEqual([
      'The connection, over the last minute',
      ...['Round trip', 'unknown', 'Receiving', 'unknown', 'Sending', 'unknown', 'Their picture', 'none'],
    ]);
  });

  it('names its chat, who writes there, and what waits', () => {
    standInForDocument();
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const chat = createCallChat();
    expect(wordsIn(chat.root)).toEqual(['Chat', 'Chat', 'Message', 'Write a message', 'Send']);
    const [log, form] = chat.root.children;
    chat.hear('Hi');
    expect(wordsIn(log)).toEqual(['Chat', 'The other person: ', 'Hi']);
    chat.clear();
    chat.begin(() => new Promise(() => {}));
    chat.hear('Hi');
    const [field] = form?.children ?? [];
    Object.assign(field ?? {}, { value: 'Hello' });
    form?.dispatchEvent(new Event('submit'));
    vi.runAllTimers();
    expect(wordsIn(log).slice(1)).toEqual([
      'The other person: ',
      'Hi',
      'You: ',
      'Hello',
      'Waiting for the connection',
    ]);
  });
});

describe('the link for the other person', () => {
  const places: [page: string, where: string, create: () => unknown][] = [
    ['/', 'status', () => createPanel(() => {})],
    ['/call', 'link-status', () => createLobby({ act: () => {}, name: () => {} })],
  ];

  it.each(places)('of %s is copied', async (_page, where, create) => {
    standInForDocument();
    vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.resolve() } });
    create();
    document.getElementById('copy')?.click();
    await expect.poll(() => textOf(where)).toBe('Copied. Send the link to the other person.');
  });

  it.each(places)('of %s is selected where it cannot be copied', async (_page, where, create) => {
    standInForDocument();
    create();
    document.getElementById('copy')?.click();
    await expect.poll(() => textOf(where)).toBe('The link is selected: copy it with Ctrl+C.');
  });
});

it('the title of the chat says whose turn it is', () => {
  standInForDocument();
  const panel = createPanel(() => {});
  const view = { status: '', channel: 'red', invites: false, actions: [] };
  panel.show({ ...view, ask: asks.first() });
  expect(document.title).toBe('Your turn · parley');
  panel.show(view);
  expect(document.title).toBe('parley');
});

it('the phone asks how one talks', () => {
  standInForDocument();
  const group = document.createElement('fieldset');
  createWayChoice(group, () => {});
  expect(wordsIn(group)[0]).toBe('How you talk');
});

it('a page that does not fit its script says what is missing', () => {
  standInForDocument({ missing: ['status'] });
  expect(() => part('status', HTMLElement)).toThrow('The page has no FakeElement #status');
});

describe('the ladder', () => {
  function open(state: LadderState): string[] {
    standInForDocument();
    const host = document.createElement('section');
    const panel = createLadderPanel(host, {
      state: () => state,
      savePicture: () => 'ladder.svg',
      saveTrace: () => 'ladder.json',
    });
    Object.assign(host.children[0] ?? {}, { open: true });
    panel.changed();
    return wordsIn(host);
  }

  it('says what it is, and what can be saved', () => {
    expect(open({ ...hearAll([]), gone: 0 })).toEqual([
      ...['Live ladder', 'who says what to whom', 'You', 'Server', 'Other'],
      ...['Nothing has travelled yet.', '0 earlier steps are gone.'],
      ...['Save picture (SVG)', 'Save trace (JSON)'],
      'Before you share a file: it has what you both wrote, and your network addresses.',
    ]);
  });

  it('says how much it no longer has', () => {
    expect(open({ ...hearAll([]), gone: 1 })).toContain('1 earlier step is gone.');
    expect(open({ ...hearAll([]), gone: 12 })).toContain('12 earlier steps are gone.');
  });

  it.each([
    ['what travelled', got(1, 'x'.repeat(20_000)), 'On the wire'],
    ['what the library did', ['here', 'over', 'x'.repeat(20_000)] as const, 'In the trace'],
  ])('shows %s, and says where the rest is', (_what, told, where) => {
    standInForDocument();
    const [row] = hearAll([told]).rows;
    if (!row) expect.unreachable();
    const { item } = createRowElement({ ...row, count: 3, lastAtMs: 1500 }, () => {});
    const [fold] = item.children;
    Object.assign(fold ?? {}, { open: true });
    fold?.dispatchEvent(new Event('toggle'));
    const words = wordsIn(fold);
    expect(words).toContainEqual(expect.stringMatching(new RegExp(`^[^.]*\\. ${where}: $`)));
    expect(words).toContain('. The last of 3 was at 1.500 s.');
    const rest = JSON.stringify(row.event.args, null, 2).length - 20_000;
    expect(words.at(-1)).toBe(`${rest} more characters are in the saved trace, as long as it reaches back.`);
  });
});
