// Debian's Chromium, without a screen: one context for each person.
import { readFile } from 'node:fs/promises';
import { chromium, type Dialog, type Page } from 'playwright-core';
import { quietChromiumFlags } from './browser-flags.js';
import { createChatWindow, createWindowEvents, watchPolicy, type ChatWindow } from './chat-window.js';

export interface WindowOptions {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  /** Runs in the page before its own scripts. */
  before?: string;
  /** Whether prompts are shown; otherwise they return `null` at once, as after "prevent dialogs". Default: true. */
  showsPrompts?: boolean;
  /** Lets `setSilent` work: WebSockets go through the driver. Default: false. */
  canBeSilent?: boolean;
}

export interface ChromiumWindow extends ChatWindow {
  screenshot(): Promise<Buffer>;
  setOffline(isOffline: boolean): Promise<void>;
  /** Keeps connections open, but lets nothing through any more, in either direction. */
  setSilent(isSilent: boolean): void;
  /** Another tab on the same address, with a copy of this one's session storage, as "Duplicate tab" makes it. */
  duplicate(): Promise<ChromiumWindow>;
  /** Blocks what the page asks for at these addresses, or lets it through again. */
  setRoute(addresses: string, state: 'blocked' | 'open'): Promise<void>;
  /** Clicks, and gives the file that the page hands out then. */
  clickAndSave(selector: string): Promise<SavedFile>;
}

export interface SavedFile {
  name: string;
  text: string;
}

export interface Chromium {
  openWindow(options?: WindowOptions): Promise<ChromiumWindow>;
  close(): Promise<void>;
}

/** @param keepsLeftPages in the back-forward cache, as a person's browser does and the driver's own settings do not */
export async function launchChromium({ keepsLeftPages = false } = {}): Promise<Chromium> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
    args: quietChromiumFlags,
    ...(keepsLeftPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  });

  async function openWindow(options: WindowOptions = {}): Promise<ChromiumWindow> {
    const { width = 1000, height = 700, colorScheme = 'light', before = '', showsPrompts = true } = options;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    await context.addInitScript(watchPolicy + before + (showsPrompts ? '' : 'window.prompt = () => null;'));

    async function watch(page: Page): Promise<ChromiumWindow> {
      const events = createWindowEvents();
      page.on('dialog', onDialog);
      page.on('console', (message) => {
        (message.type() === 'error' ? events.errors : events.console).push(message.text());
      });
      page.on('pageerror', (error) => events.errors.push(error.message));

      function onDialog(dialog: Dialog): void {
        events.prompts.push({
          question: dialog.message(),
          draft: dialog.defaultValue(),
          accept: (text) => dialog.accept(text),
          dismiss: () => dialog.dismiss(),
        });
        events.onPrompt();
      }

      let isSilent = false;
      if (options.canBeSilent) {
        await page.routeWebSocket('**', (socket) => {
          const server = socket.connectToServer();
          let isDead = false;
          const isOpen = (): boolean => !(isDead ||= isSilent);
          socket.onMessage((frame) => isOpen() && server.send(frame));
          server.onMessage((frame) => isOpen() && socket.send(frame));
        });
      }

      const window = createChatWindow(
        {
          goto: async (url) => {
            await page.goto(url, { waitUntil: 'domcontentloaded' });
          },
          run: (script) => page.evaluate(script),
          click: (selector) => page.click(selector),
          press: (key) => page.keyboard.press(key),
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
        async duplicate() {
          const [tab] = await Promise.all([
            context.waitForEvent('page'),
            page.evaluate('void window.open(location.href)'),
          ]);
          return watch(tab);
        },
        screenshot: () => page.screenshot(),
        setOffline: (isOffline) => context.setOffline(isOffline),
        setSilent: (silent) => {
          isSilent = silent;
        },
        setRoute: (addresses, state) =>
          state === 'blocked'
            ? page.route(addresses, (route) => route.abort()).then(() => {})
            : page.unroute(addresses),
        async clickAndSave(selector) {
          const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
          return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
        },
      };
    }

    return watch(await context.newPage());
  }

  return { openWindow, close: () => browser.close() };
}
