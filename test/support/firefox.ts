// Debian's Firefox, without a screen and with a fake camera: one process, and a context of its own for each window.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type KeyInput } from 'puppeteer-core';
import { firefoxSettings } from './browser-flags.js';
import {
  createWindow,
  createWindowEvents,
  initScript,
  type BrowserWindow,
  type WindowOptions,
} from './browser-window.js';

export interface FirefoxWindow extends BrowserWindow {
  /** Puts another tab in front, so that this one cannot be seen. */
  hide(): Promise<void>;
  show(): Promise<void>;
}

export interface Firefox {
  /** The folder in which every window saves its files. */
  readonly downloads: string;
  openWindow(options?: WindowOptions): Promise<FirefoxWindow>;
  close(): Promise<void>;
}

export async function launchFirefox(): Promise<Firefox> {
  const downloads = await mkdtemp(join(tmpdir(), 'parley-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      ...firefoxSettings,
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
    },
  });

  return {
    downloads,
    async close() {
      await browser.close();
      await rm(downloads, { recursive: true });
    },
    async openWindow(options = {}) {
      const { width = 800, height = 500 } = options;
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport({ width, height });
      await page.evaluateOnNewDocument(initScript(options));
      const events = createWindowEvents();
      page.on('dialog', events.onDialog);
      page.on('console', (message) => {
        events.onConsole(message.type(), message.text());
      });
      page.on('pageerror', (error) => events.errors.push(String(error)));
      const window = createWindow(
        {
          goto: async (url) => {
            await page.goto(url, { waitUntil: 'domcontentloaded' });
          },
          reload: async () => {
            await page.reload({ waitUntil: 'domcontentloaded' });
          },
          closeTab: () => page.close({ runBeforeUnload: true }),
          click: (selector) => page.click(selector),
          press: (key) => page.keyboard.press(key as KeyInput),
          type: (text) => page.keyboard.type(text),
          screenshot: () => page.screenshot(),
          setOffline: (isOffline) => page.setOfflineMode(isOffline),
          crash: () => Promise.reject(new Error('Firefox cannot crash one page alone.')),
          evaluate: (script) => page.evaluate(script),
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
    },
  };
}
