// Debian's Firefox, without a screen: one window for each person.
import puppeteer, { type Dialog, type KeyInput } from 'puppeteer-core';
import { quietFirefoxSettings } from './browser-flags.js';
import { createChatWindow, createWindowEvents, watchPolicy, type ChatWindow } from './chat-window.js';

export interface FirefoxWindow extends ChatWindow {
  /** Puts another tab in front, so that this one cannot be seen. */
  hide(): Promise<void>;
  show(): Promise<void>;
}

export interface Firefox {
  openWindow(): Promise<FirefoxWindow>;
  close(): Promise<void>;
}

/** @param settings of Firefox itself, beside the quiet ones */
export async function launchFirefox(
  settings: Readonly<Record<string, boolean | number | string>> = {},
): Promise<Firefox> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: { ...quietFirefoxSettings, ...settings },
  });

  async function openWindow(): Promise<FirefoxWindow> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.evaluateOnNewDocument(watchPolicy);
    const events = createWindowEvents();
    page.on('dialog', onDialog);
    page.on('console', (message) => {
      (message.type() === 'error' ? events.errors : events.console).push(message.text());
    });
    page.on('pageerror', (error) => events.errors.push(String(error)));

    function onDialog(dialog: Dialog): void {
      events.prompts.push({
        question: dialog.message(),
        draft: dialog.defaultValue(),
        accept: (text) => dialog.accept(text),
        dismiss: () => dialog.dismiss(),
      });
      events.onPrompt();
    }

    const window = createChatWindow(
      {
        goto: async (url) => {
          await page.goto(url, { waitUntil: 'domcontentloaded' });
        },
        run: (script) => page.evaluate(script),
        click: (selector) => page.click(selector),
        press: (key) => page.keyboard.press(key as KeyInput),
        type: (text) => page.keyboard.type(text),
        reload: async () => {
          await page.reload({ waitUntil: 'domcontentloaded' });
        },
        closeTab: () => page.close({ runBeforeUnload: true }),
        close: () => context.close(),
      },
      events,
    );
    return {
      ...window,
      async hide() {
        const other = await context.newPage();
        await other.bringToFront();
      },
      show: () => page.bringToFront(),
    };
  }

  return { openWindow, close: () => browser.close() };
}
