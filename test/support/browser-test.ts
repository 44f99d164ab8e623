// The set-up that browser tests share: `test` with the browsers of this worker, with windows that are closed after the
// test, and with a parley of each test's own that serves the pages: a test that is tried again finds nothing of before.
import { expect, test as plainTest } from 'vitest';
import type { ParleyOptions } from '../../server/create-parley.js';
import { browserProcesses, type BrowserProcesses } from './browser-processes.js';
import type { BrowserWindow, WindowOptions } from './browser-window.js';
import type { ChromiumKind, ChromiumWindow, ChromiumWindowOptions } from './chromium.js';
import type { FirefoxWindow } from './firefox.js';
import { servePages } from './serve-pages.js';

export interface TestChromium {
  openWindow(options?: ChromiumWindowOptions): Promise<ChromiumWindow>;
}

/** Opens windows for one test. */
export interface TestBrowsers {
  readonly chromium: TestChromium;
  /** Chromium of a person who does not let pages use the camera. */
  readonly cameraDenied: TestChromium;
  /** Chromium on a device without a camera and a microphone. */
  readonly cameraless: TestChromium;
  /** Chromium that keeps left pages in its back-forward cache, as a person's browser does. */
  readonly wholeChromium: TestChromium;
  readonly firefox: {
    openWindow(options?: WindowOptions): Promise<FirefoxWindow>;
    /** The folder in which every window saves its files. */
    downloads(): Promise<string>;
  };
  /** Those that this test has opened, also those that it has closed. */
  readonly windows: readonly BrowserWindow[];
  /** Closes what is still open of them. */
  closeWindows(): Promise<void>;
}

function createTestBrowsers(processes: BrowserProcesses): TestBrowsers {
  const windows: BrowserWindow[] = [];

  function keep<Window extends BrowserWindow>(window: Window): Window {
    windows.push(window);
    return window;
  }

  const chromiumOf = (kind: ChromiumKind): TestChromium => ({
    openWindow: async (options) => keep(await (await processes.chromium(kind)).openWindow(options)),
  });

  return {
    chromium: chromiumOf('shell'),
    cameraDenied: chromiumOf('denied'),
    cameraless: chromiumOf('cameraless'),
    wholeChromium: chromiumOf('whole'),
    firefox: {
      openWindow: async (options) => keep(await (await processes.firefox()).openWindow(options)),
      downloads: async () => (await processes.firefox()).downloads,
    },
    windows,
    async closeWindows() {
      await Promise.all(windows.map((window) => window.close()));
    },
  };
}

const browserTest = plainTest
  .extend('processes', { scope: 'worker' }, browserProcesses)
  .extend('end', { scope: 'worker', auto: true }, ({ processes }, { onCleanup }) => {
    onCleanup(processes.close);
  })
  .extend('browsers', ({ processes }, { onCleanup }) => {
    const browsers = createTestBrowsers(processes);
    onCleanup(browsers.closeWindows);
    return browsers;
  })
  .extend('chromium', ({ browsers }) => browsers.chromium)
  .extend('cameraDenied', ({ browsers }) => browsers.cameraDenied)
  .extend('cameraless', ({ browsers }) => browsers.cameraless)
  .extend('wholeChromium', ({ browsers }) => browsers.wholeChromium)
  .extend('firefox', ({ browsers }) => browsers.firefox);

/** @param options of the parley that serves each test */
export function testWith(options: ParleyOptions) {
  return browserTest
    .extend('serverOptions', { scope: 'file' }, options)
    .extend('server', async ({ serverOptions }, { onCleanup }) => {
      const server = await servePages(serverOptions);
      onCleanup(server.close);
      return server;
    });
}

export const test = testWith({});

/** For `test.afterEach`: no page of this test has complained. */
export async function expectNoComplaintsAnywhere({ browsers }: { browsers: TestBrowsers }): Promise<void> {
  for (const window of browsers.windows) expect(await window.complaints()).toEqual([]);
}
