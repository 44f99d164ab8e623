// Debian's Chromium, without a screen and with a fake camera: one process, and a context of its own for each window.
import { readFile } from 'node:fs/promises';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { chromiumFlags } from './browser-flags.js';
import {
  createWindow,
  createWindowEvents,
  initScript,
  type BrowserWindow,
  type WindowOptions,
} from './browser-window.js';

/**
 * What differs from one process to another. `shell`: the headless shell, which starts a window with a third of the work.
 * `denied`: there pages may not use the camera. `cameraless`: there is no camera. `whole`: the whole browser, for the
 * back-forward cache, which the shell has not.
 */
export type ChromiumKind = 'shell' | 'denied' | 'cameraless' | 'whole';

export interface ChromiumWindowOptions extends WindowOptions {
  /** Lets `setSilent` work: WebSockets go through the driver. Default: false. */
  canBeSilent?: boolean;
}

export interface ChromiumWindow extends BrowserWindow {
  /** Keeps connections open, but lets nothing through any more, in either direction. */
  setSilent(isSilent: boolean): void;
  /** As if it were another device: the page stays as it is. */
  setLook(look: Look): Promise<void>;
  /** Another tab on the same address, with a copy of this one's session storage, as "Duplicate tab" makes it. */
  duplicate(): Promise<ChromiumWindow>;
  /** Blocks what the page asks for at these addresses, or lets it through again. */
  setRoute(addresses: string, state: 'blocked' | 'open'): Promise<void>;
  /** Clicks, and gives the file that the page hands out then. */
  clickAndSave(selector: string): Promise<SavedFile>;
}

export type Look = Required<Pick<WindowOptions, 'width' | 'height' | 'colorScheme'>>;

export interface SavedFile {
  name: string;
  text: string;
}

export interface Chromium {
  openWindow(options?: ChromiumWindowOptions): Promise<ChromiumWindow>;
  close(): Promise<void>;
}

// 5 pictures a second: a quarter of the usual number.
const device = '--use-fake-device-for-media-stream=device-count=1,fps=5';
/** The fake dialog says yes to everything, and chooses a fake screen. */
const consent = '--use-fake-ui-for-media-stream';
const cameras: Record<ChromiumKind, string[]> = {
  shell: [device, consent],
  denied: [device, `${consent}=deny`],
  cameraless: [consent],
  whole: [device, consent],
};

export async function launchChromium(kind: ChromiumKind = 'shell'): Promise<Chromium> {
  const browser = await chromium.launch({
    executablePath: kind === 'whole' ? '/usr/bin/chromium' : '/usr/bin/chromium-headless-shell',
    headless: true,
    chromiumSandbox: false,
    args: [...chromiumFlags, ...cameras[kind]],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  return {
    async openWindow(options = {}) {
      const { width = 800, height = 500, colorScheme = 'light' } = options;
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        // What moves without end costs a processor that draws by itself.
        reducedMotion: 'reduce',
      });
      await context.addInitScript(initScript(options));
      return openTab(context, await context.newPage(), options);
    },
    close: () => browser.close(),
  };
}

async function openTab(
  context: BrowserContext,
  page: Page,
  options: ChromiumWindowOptions,
): Promise<ChromiumWindow> {
  const events = createWindowEvents();
  page.on('dialog', events.onDialog);
  page.on('console', (message) => {
    events.onConsole(message.type(), message.text());
  });
  page.on('pageerror', (error) => events.errors.push(error.message));

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
      press: (key) => page.keyboard.press(key),
      type: (text) => page.keyboard.type(text),
      screenshot: () => page.screenshot(),
      setOffline: (isOffline) => context.setOffline(isOffline),
      async crash() {
        const crashed = page.waitForEvent('crash');
        const session = await context.newCDPSession(page);
        // Its answer never comes: the process that would give it is dead.
        void session.send('Page.crash').catch(() => {});
        await crashed;
      },
      evaluate: (script) => page.evaluate(script),
      close: () => context.close(),
    },
    events,
  );
  return {
    ...window,
    setSilent: (silent) => {
      isSilent = silent;
    },
    async setLook({ width, height, colorScheme }) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
    },
    async duplicate() {
      const [tab] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate('void window.open(location.href)'),
      ]);
      return openTab(context, tab, options);
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
