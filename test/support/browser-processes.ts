// The browser processes of one worker of the test runner: launched at first use, shared by all its files. They end with
// the worker, and the worker ends when the test runner is killed.
import { launchChromium, type Chromium, type ChromiumKind } from './chromium.js';
import type { Firefox } from './firefox.js';

export interface BrowserProcesses {
  chromium(kind: ChromiumKind): Promise<Chromium>;
  firefox(): Promise<Firefox>;
  /** Closes those that were launched. */
  close(): Promise<void>;
}

const chromiums = new Map<ChromiumKind, Promise<Chromium>>();
const firefoxes = new Map<'firefox', Promise<Firefox>>();

export const browserProcesses: BrowserProcesses = {
  chromium: (kind) => getOrLaunch(chromiums, kind, () => launchChromium(kind)),
  firefox: () =>
    getOrLaunch(firefoxes, 'firefox', async () => {
      // Its driver is a second one, which most files do not need.
      const { launchFirefox } = await import('./firefox.js');
      return launchFirefox();
    }),
  async close() {
    const launched = [...chromiums.values(), ...firefoxes.values()];
    chromiums.clear();
    firefoxes.clear();
    await Promise.all(launched.map(async (browser) => (await browser).close()));
  },
};

// Without the test runner, nothing would end the worker and its browsers.
process.once('disconnect', () => {
  void browserProcesses.close().finally(() => process.kill(process.pid, 'SIGKILL'));
});

function getOrLaunch<Key, Launched>(
  launched: Map<Key, Promise<Launched>>,
  key: Key,
  launch: () => Promise<Launched>,
): Promise<Launched> {
  const browser = launched.get(key) ?? launch();
  launched.set(key, browser);
  // The next test tries again.
  void browser.catch(() => launched.delete(key));
  return browser;
}
