// Windows of people who call: Chromium and Firefox behind one interface, with a camera that is not real. Leaves what is
// on the page to the tests.
import { once } from 'node:events';
import { chromium, type Page } from 'playwright-core';
import puppeteer, { type KeyInput } from 'puppeteer-core';
import { chromiumFlags, quietFirefoxSettings } from './browser-flags.js';
import { watchPolicy } from './chat-window.js';

export type BrowserName = 'chromium' | 'firefox';

/** `fake`: there is one, and the page may use it; `denied`: the person says no; `none`: there is none. */
export type Camera = 'fake' | 'denied' | 'none';

export interface CallWindowOptions {
  width?: number;
  height?: number;
  /** Of Chromium only: Firefox has one for all its windows. */
  colorScheme?: 'light' | 'dark';
  /** Runs in the page before its own scripts. */
  before?: string;
}

export interface CallWindow {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  click(selector: string): Promise<void>;
  type(text: string): Promise<void>;
  /** Presses one key, such as `Enter`. */
  press(key: string): Promise<void>;
  read<Result>(script: string): Promise<Result>;
  screenshot(): Promise<Uint8Array>;
  /** Cuts what goes to servers, WebSockets too; a call that stands is not touched. */
  setOffline(isOffline: boolean): Promise<void>;
  /** Closes the tab as a person does: the page is told. */
  closeTab(): Promise<void>;
  close(): Promise<void>;
  /** Kills the process behind the page: nobody is told anything. In Firefox that is the whole browser. */
  crash(): Promise<void>;
  /** Errors and violations of the content policy, in the console and in the page. */
  complaints(): Promise<string[]>;
  /** What the page has written to the console. */
  readonly console: readonly string[];
}

export interface CallBrowser {
  openWindow(options?: CallWindowOptions): Promise<CallWindow>;
  close(): Promise<void>;
}

export interface CallBrowserOptions {
  /** Default: `fake`. */
  camera?: Camera;
  /** Keep pages that were left in the back-forward cache, as a person's browser does. Default: false. */
  keepsLeftPages?: boolean;
}

export function launchCallBrowser(name: BrowserName, options: CallBrowserOptions = {}): Promise<CallBrowser> {
  return name === 'chromium' ? launchChromium(options) : launchFirefox(options);
}

const chromiumCamera: Record<Camera, string[]> = {
  // The fake dialog says yes to everything, and chooses a fake screen.
  fake: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  denied: ['--use-fake-device-for-media-stream'],
  none: ['--use-fake-ui-for-media-stream'],
};

async function launchChromium({
  camera = 'fake',
  keepsLeftPages = false,
}: CallBrowserOptions): Promise<CallBrowser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
    args: [
      // It would hide its addresses behind names that need multicast DNS, which a machine without a network has not.
      ...chromiumFlags(['WebRtcHideLocalIpsWithMdns']),
      ...chromiumCamera[camera],
    ],
    ...(keepsLeftPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  });
  return {
    close: () => browser.close(),
    async openWindow({ width = 1000, height = 700, colorScheme = 'light', before = '' } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme });
      await context.addInitScript(watchPolicy + before);
      const page = await context.newPage();
      const { console, errors } = listenTo(page);
      return {
        console,
        goto: async (url) => {
          await page.goto(url, { waitUntil: 'domcontentloaded' });
        },
        reload: async () => {
          await page.reload({ waitUntil: 'domcontentloaded' });
        },
        click: (selector) => page.click(selector),
        type: (text) => page.keyboard.type(text),
        press: (key) => page.keyboard.press(key),
        read: (script) => saidPlainly(page.evaluate(script)),
        screenshot: () => page.screenshot(),
        setOffline: (isOffline) => context.setOffline(isOffline),
        closeTab: () => page.close({ runBeforeUnload: true }),
        close: () => context.close(),
        async crash() {
          const crashed = page.waitForEvent('crash');
          const session = await context.newCDPSession(page);
          // Its answer never comes: whoever would give it is dead.
          void session.send('Page.crash').catch(() => {});
          await crashed;
        },
        complaints: async () => [...errors, ...(await page.evaluate<string[]>('window.policyViolations'))],
      };
    },
  };
}

/** Without the page's own stack: it names files that are not on this disk, and the reporter would look for them. */
function saidPlainly<Result>(reading: Promise<Result>): Promise<Result> {
  return reading.catch((cause: unknown) => {
    const [sentence] = String(cause).split('\n');
    throw new Error(sentence);
  });
}

function listenTo(page: Page): { console: string[]; errors: string[] } {
  const heard = { console: [] as string[], errors: [] as string[] };
  page.on('console', (message) => {
    heard[message.type() === 'error' ? 'errors' : 'console'].push(message.text());
  });
  page.on('pageerror', (error) => heard.errors.push(error.message));
  return heard;
}

const firefoxCamera: Record<Camera, Record<string, boolean | number>> = {
  fake: { 'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true },
  denied: {
    'media.navigator.streams.fake': true,
    'permissions.default.camera': 2,
    'permissions.default.microphone': 2,
  },
  none: { 'media.navigator.permission.disabled': true },
};

async function launchFirefox({ camera = 'fake' }: CallBrowserOptions): Promise<CallBrowser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      ...quietFirefoxSettings,
      ...firefoxCamera[camera],
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
    },
  });
  return {
    close: () => browser.close(),
    async openWindow({ width = 1000, height = 700, before = '' } = {}) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport({ width, height });
      await page.evaluateOnNewDocument(watchPolicy + before);
      const console: string[] = [];
      const errors: string[] = [];
      page.on('console', (message) => {
        (message.type() === 'error' ? errors : console).push(message.text());
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      const read = async <Result>(script: string): Promise<Result> =>
        (await saidPlainly(page.evaluate(script))) as Result;
      return {
        console,
        goto: async (url) => {
          await page.goto(url, { waitUntil: 'domcontentloaded' });
        },
        reload: async () => {
          await page.reload({ waitUntil: 'domcontentloaded' });
        },
        click: (selector) => page.click(selector),
        type: (text) => page.keyboard.type(text),
        press: (key) => page.keyboard.press(key as KeyInput),
        read,
        screenshot: () => page.screenshot(),
        setOffline: (isOffline) => page.setOfflineMode(isOffline),
        closeTab: () => page.close({ runBeforeUnload: true }),
        close: () => context.close(),
        async crash() {
          const child = browser.process();
          if (!child) throw new Error('This Firefox is dead already.');
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          await exited;
        },
        complaints: async () => [...errors, ...(await read<string[]>('window.policyViolations'))],
      };
    },
  };
}
