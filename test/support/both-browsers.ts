// Chromium and Firefox for all tests of a file: launched before the first, closed after the last.
import { afterAll, beforeAll } from 'vitest';
import { launchCallBrowser, type BrowserName, type CallBrowser } from './call-windows.js';

/** There is nothing in it before the first test. */
export function launchBothBrowsers(): Readonly<Record<BrowserName, CallBrowser>> {
  const browsers = {} as Record<BrowserName, CallBrowser>;
  beforeAll(async () => {
    const [chromium, firefox] = await Promise.all([
      launchCallBrowser('chromium'),
      launchCallBrowser('firefox'),
    ]);
    Object.assign(browsers, { chromium, firefox });
  });
  afterAll(async () => {
    await Promise.all([browsers.chromium.close(), browsers.firefox.close()]);
  });
  return browsers;
}
