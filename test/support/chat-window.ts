// One browser window of a person in a test, the same for both browsers: its prompts, its log, its controls.

/** A prompt that stands open. */
export interface OpenPrompt {
  question: string;
  draft: string;
  accept(text: string): Promise<void>;
  dismiss(): Promise<void>;
}

export interface ChatWindow {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Closes the tab as a person does: the page is told. */
  closeTab(): Promise<void>;
  /** The next prompt that opens, or has opened; each is given once. */
  prompt(): Promise<OpenPrompt>;
  /** Answers the next prompt and gives back its question. */
  reply(text: string): Promise<string>;
  /** Prompts that are open or were not looked at yet. */
  promptCount(): number;
  /** The paragraphs of the log, as text, with `T` for each time. */
  log(): Promise<string[]>;
  read<Result>(script: string): Promise<Result>;
  click(selector: string): Promise<void>;
  /** Presses one key, such as `Enter`. */
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  /** Errors and violations of the content policy, in the console and in the page. */
  complaints(): Promise<string[]>;
  /** What the page has written to the console. */
  readonly console: readonly string[];
  close(): Promise<void>;
}

/** What a browser's driver gives; the rest is the same for all. */
export interface WindowDriver {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  closeTab(): Promise<void>;
  run(script: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface WindowEvents {
  prompts: OpenPrompt[];
  console: string[];
  errors: string[];
  onPrompt: () => void;
}

/** Runs in the page before its own scripts. */
export const watchPolicy = `
  window.policyViolations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.policyViolations.push(event.violatedDirective + ' ' + event.blockedURI);
  });`;

export function createWindowEvents(): WindowEvents {
  return { prompts: [], console: [], errors: [], onPrompt: () => {} };
}

export function createChatWindow(driver: WindowDriver, events: WindowEvents): ChatWindow {
  async function nextPrompt(): Promise<OpenPrompt> {
    for (;;) {
      const prompt = events.prompts.shift();
      if (prompt) return prompt;
      await new Promise<void>((resolve) => {
        events.onPrompt = resolve;
      });
    }
  }

  async function read<Result>(script: string): Promise<Result> {
    return (await driver.run(script)) as Result;
  }

  return {
    ...driver,
    prompt: nextPrompt,
    async reply(text) {
      const prompt = await nextPrompt();
      await prompt.accept(text);
      return prompt.question;
    },
    promptCount: () => events.prompts.length,
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
