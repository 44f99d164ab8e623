// Debian's Chromium for calls: it tells the other side its addresses as they are. By default it hides them behind
// names that need multicast DNS, which a machine without a network has not.
import { onTestFinished } from 'vitest';
import { chromium } from 'playwright-core';
import { quietChromiumFlags } from './browser-flags.js';
import type { ChatWindow } from './chat-window.js';

export type CallWindow = Pick<ChatWindow, 'goto' | 'click' | 'type' | 'read' | 'close'>;

/** Closed when the test is over. */
export async function launchCallChromium(): Promise<{ openWindow(): Promise<CallWindow> }> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
    args: [...quietChromiumFlags, '--disable-features=WebRtcHideLocalIpsWithMdns'],
  });
  onTestFinished(() => browser.close());
  return {
    async openWindow() {
      const context = await browser.newContext();
      const page = await context.newPage();
      return {
        goto: async (url) => {
          await page.goto(url);
        },
        click: (selector) => page.click(selector),
        type: (text) => page.keyboard.type(text),
        read: (script) => page.evaluate(script),
        close: () => context.close(),
      };
    },
  };
}
