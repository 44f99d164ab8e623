// Asks the person: by the browser's prompt, as the book's page does, by a Write button when a prompt was dismissed or
// the page cannot be seen, and by a field on the page once the browser has stopped showing prompts.
import { painted } from './painted.js';
import type { Ask } from './chat-asks.js';

/** Nobody dismisses a prompt this fast: it was never shown. */
const suppressedWithinMs = 200;

/** The library gathers receipts for 20 ms. They go out first: a prompt stops the page, and the other would wait. */
const receiptsOutMs = 40;

export interface PromptParts {
  write: HTMLButtonElement;
  form: HTMLFormElement;
  question: HTMLLabelElement;
  field: HTMLInputElement;
}

export interface ChatPrompts {
  /** Asks, if this is not being asked already; `undefined`: nothing is to be asked now. */
  ask(next: Ask | undefined): void;
  /** What stands in the field on the page. */
  draft(): string;
}

/** @param answer takes the text; false: it is no answer, as if the prompt had been dismissed */
export function createPrompts(
  { write, form, question, field }: PromptParts,
  answer: (ask: Ask, text: string) => boolean,
): ChatPrompts {
  let asked: Ask | undefined;
  let isSuppressed = false;
  /** The page could not be seen when the question came: ask as soon as it can. */
  let isDeferred = false;

  function show(control: 'write' | 'form' | 'none'): void {
    write.hidden = control !== 'write';
    form.hidden = control !== 'form';
  }

  function offerField(ask: Ask): void {
    question.textContent = ask.question;
    field.value = ask.draft;
    field.autocapitalize = ask.as ? 'sentences' : 'none';
    show('form');
    field.focus();
  }

  function offerButton(): void {
    show('write');
    write.focus();
  }

  function openPrompt(ask: Ask): void {
    show('none');
    const openedAt = performance.now();
    const text = window.prompt(ask.question, ask.draft);
    if (text !== null && answer(ask, text)) return;
    const wasShown = text !== null || performance.now() - openedAt >= suppressedWithinMs;
    if (wasShown || document.hidden) {
      offerButton();
      return;
    }
    isSuppressed = true;
    offerField(ask);
  }

  async function askWhenSeen(ask: Ask): Promise<void> {
    if (!document.hidden) {
      await Promise.all([painted(), new Promise((resolve) => setTimeout(resolve, receiptsOutMs))]);
    }
    if (ask !== asked) return;
    isDeferred = document.hidden;
    if (isDeferred || ask.waits) offerButton();
    else openPrompt(ask);
  }

  write.addEventListener('click', () => {
    isDeferred = false;
    if (asked) openPrompt(asked);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (asked) answer(asked, field.value);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || !isDeferred || !asked) return;
    void askWhenSeen(asked);
  });

  return {
    ask(next) {
      if (next === asked) return;
      asked = next;
      isDeferred = false;
      show('none');
      if (next === undefined) field.value = '';
      else if (isSuppressed) offerField(next);
      else void askWhenSeen(next);
    },
    draft: () => (form.hidden ? '' : field.value),
  };
}
