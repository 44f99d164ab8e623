// What a peer sends is shown as text, to the letter, whatever it looks like; nothing of it runs.
import { expect } from 'vitest';
import { test } from '../support/browser-test.js';
import { ask, enterByWire, expectLog, said } from '../support/chat-steps.js';

const payloads = [
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  '<svg onload="window.hacked = 1">',
  '<svg><script>window.hacked = 1</script></svg>',
  '<iframe srcdoc="<script>parent.hacked = 1</script>"></iframe>',
  '<body onload=window.hacked=1>',
  '<a href="javascript:window.hacked=1">click</a>',
  '<details open ontoggle=window.hacked=1>',
  '<input autofocus onfocus=window.hacked=1>',
  '<video><source onerror="window.hacked=1"></video>',
  '<style>@import "javascript:window.hacked=1"; p { display: none }</style>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=window.hacked=1>',
  '</p></div><h1>mine</h1><!--',
  '"><script>window.hacked = 1</script>',
  `';window.hacked=1;//`,
  '${window.hacked = 1} {{window.hacked = 1}}',
  '&lt;b&gt; &amp; &#60;script&#62;',
  'javascript:window.hacked=1',
  '%3Cscript%3Ewindow.hacked=1%3C/script%3E',
  '\u202Eright to left\u202C and \u200Bzero width',
  '  two  spaces,\n\ta line and a tab  ',
  '',
];

const values: [sent: unknown, shown: string][] = [
  [null, 'null'],
  [42, '42'],
  [false, 'false'],
  [['<b>', 1], '["<b>",1]'],
  [{ type: 'offer', sdp: '<i>v=0</i>' }, '{"type":"offer","sdp":"<i>v=0</i>"}'],
];

test.for(['chromium', 'firefox'] as const)(
  '%s shows each of them to the letter',
  async (browser, { browsers, server }) => {
    const window = await browsers[browser].openWindow();
    const channel = `<b>${browser}</b>`;
    const peer = await enterByWire(server.url, channel);
    await window.goto(`${server.url}?channel=${encodeURIComponent(channel)}`);
    await expectLog(window, said.joined(channel));
    for (const payload of payloads) peer.emit('message', { channel, message: payload });
    for (const [value] of values) peer.emit('message', { channel, message: value });
    const count = payloads.length + values.length;
    for (let answered = 0; answered < count; answered += 1)
      expect(await window.reply('seen')).toBe(ask.answer);

    await expectLog(
      window,
      said.joined(channel),
      ...payloads.map((payload) => said.message(payload)),
      ...values.map(([, shown]) => said.message(shown)),
    );
    expect(await window.read<number>(`document.querySelectorAll('#scratchPad p *').length`)).toBe(0);
    expect(await window.read<string>('typeof window.hacked')).toBe('undefined');
    expect(await window.complaints()).toEqual([]);
    peer.disconnect();
  },
);
