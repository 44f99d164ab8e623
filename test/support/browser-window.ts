// A window of a browser, the same for Chromium and Firefox: what a person does there, the prompts, the console.
// Launching is in chromium.ts and firefox.ts.

export type BrowserName = 'chromium' | 'firefox';

/** A prompt that is open. */
export interface OpenPrompt {
  question: string;
  draft: string;
  accept(text: string): Promise<void>;
  dismiss(): Promise<void>;
}

export interface WindowOptions {
  width?: number;
  height?: number;
  /** Chromium only: all windows of Firefox have the same. */
  colorScheme?: 'light' | 'dark';
  /** Runs in the page before its own scripts. */
  before?: string;
  /** Whether prompts are shown; otherwise they return `null` at once, as after "prevent dialogs". Default: true. */
  showsPrompts?: boolean;
}

/** What the driver of a browser gives. */
export interface WindowDriver {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Closes the tab as a person does: the page gets its events. */
  closeTab(): Promise<void>;
  click(selector: string): Promise<void>;
  /** Presses one key, such as `Enter`. */
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  screenshot(): Promise<Uint8Array>;
  /** Cuts the connections to servers, WebSockets included; a call that is connected stays. */
  setOffline(isOffline: boolean): Promise<void>;
  /** Kills the process behind the page, which gets no event. Chromium only. */
  crash(): Promise<void>;
  evaluate(script: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface BrowserWindow extends Omit<WindowDriver, 'evaluate'> {
  /** The next prompt that opens, or has opened; each is given once. */
  prompt(): Promise<OpenPrompt>;
  /** Answers the next prompt and gives back its question. */
  reply(text: string): Promise<string>;
  /** Prompts that are open or were not looked at yet. */
  promptCount(): number;
  /** The paragraphs of the log, as text, with `T` for each time. */
  log(): Promise<string[]>;
  read<Result>(script: string): Promise<Result>;
  /** Errors and violations of the content policy, in the console and in the page. */
  complaints(): Promise<string[]>;
  /** What the page has written to the console. */
  readonly console: readonly string[];
}

export interface Opener<Window> {
  /** A window in a context of its own: no cookies, storage or cache of another one. */
  openWindow(options?: WindowOptions): Promise<Window>;
}

export type Browser = Opener<BrowserWindow>;

/** What a driver's events report of a page. */
export interface WindowEvents {
  readonly console: string[];
  readonly errors: string[];
  onConsole(type: string, text: string): void;
  onDialog(dialog: DriverDialog): void;
  nextPrompt(): Promise<OpenPrompt>;
  promptCount(): number;
}

interface DriverDialog {
  message(): string;
  defaultValue(): string;
  accept(text?: string): Promise<void>;
  dismiss(): Promise<void>;
}

/**
 * The smallest pictures of Chromium's fake camera, unless the page asks for one size, and sound as it comes. Drawing those
 * that a page likes best, of 1280 by 720, is half of what a call costs; to clean the sound is a tenth.
 */
const cheapMedia = `
  if (navigator.mediaDevices) {
    const getMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const small = { width: { exact: 96 }, height: { exact: 96 }, frameRate: 5 };
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const adding = (wish, more) => (wish ? { ...(wish === true ? {} : wish), ...more } : wish);
    navigator.mediaDevices.getUserMedia = (asked) =>
      getMedia({
        ...asked,
        audio: adding(asked?.audio, plain),
        video: typeof asked?.video?.width === 'number' ? asked.video : adding(asked?.video, small),
      });
  }`;

/** Runs in the page before its own scripts. */
export function initScript({ before = '', showsPrompts = true }: WindowOptions): string {
  return `
    window.policyViolations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.policyViolations.push(event.violatedDirective + ' ' + event.blockedURI);
    });
    ${cheapMedia}
    ${before}
    ${showsPrompts ? '' : 'window.prompt = () => null;'}`;
}

export function createWindowEvents(): WindowEvents {
  const prompts: OpenPrompt[] = [];
  const console: string[] = [];
  const errors: string[] = [];
  let wake = (): void => {};
  return {
    console,
    errors,
    onConsole(type, text) {
      (type === 'error' ? errors : console).push(text);
    },
    onDialog(dialog) {
      prompts.push({
        question: dialog.message(),
        draft: dialog.defaultValue(),
        accept: (text) => dialog.accept(text),
        dismiss: () => dialog.dismiss(),
      });
      wake();
    },
    async nextPrompt() {
      for (;;) {
        const prompt = prompts.shift();
        if (prompt) return prompt;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    promptCount: () => prompts.length,
  };
}

export function createWindow({ evaluate, ...driver }: WindowDriver, events: WindowEvents): BrowserWindow {
  async function read<Result>(script: string): Promise<Result> {
    return (await withoutPageStack(evaluate(script))) as Result;
  }

  return {
    ...driver,
    prompt: events.nextPrompt,
    async reply(text) {
      const prompt = await events.nextPrompt();
      await prompt.accept(text);
      return prompt.question;
    },
    promptCount: events.promptCount,
    async log() {
      const paragraphs = await read<string[]>(
        `[...document.querySelectorAll('#scratchPad p')].map((p) => p.textContent)`,
      );
      return paragraphs.map((text) => text.replace(/^Time: \d+\.\d{3} -->/, 'Time: T -->'));
    },
    read,
    async complaints() {
      return [...events.errors, ...(await read<string[]>('window.policyViolations'))];
    },
    console: events.console,
  };
}

/** Somebody looks at the page, and the library looks for its server at once. */
export async function lookAt({ read }: Pick<BrowserWindow, 'read'>): Promise<void> {
  await read(`void document.dispatchEvent(new Event('visibilitychange'))`);
}

/** The page's own stack names files that are not on this disk, and the reporter would look for them. */
function withoutPageStack<Result>(reading: Promise<Result>): Promise<Result> {
  return reading.catch((cause: unknown) => {
    const [sentence] = String(cause).split('\n');
    throw new Error(sentence);
  });
}

/** Goes back a moment later: a page that goes at once may be gone before it has answered the driver. */
export async function goBack(window: Pick<BrowserWindow, 'read'>): Promise<void> {
  await window.read('void setTimeout(() => history.back())');
}
