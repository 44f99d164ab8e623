// The chat beside the pictures. What waits or was not sent says so where it stands. Leaves the way there to the call.
import { ChannelFailure } from '../../index.js';
import { element } from '../element.js';

/** Lines that stay; above it the oldest go, so that nobody can fill another's page. */
const maxLines = 500;

/** Pixels from the end at which a reader still counts as reading the end. */
const nearEnd = 60;

/** Milliseconds for which nothing is said of a text on its way. */
const quickMs = 400;

export interface CallChat {
  readonly root: HTMLElement;
  /** Texts go there from now on; undefined: there is no call, and nothing can be written. */
  begin(send: ((text: string) => Promise<void>) | undefined, otherName?: string): void;
  hear(text: string): void;
  /** Whom the texts after it are for is somebody else than before. */
  mark(words: string): void;
  clear(): void;
}

export function createCallChat(): CallChat {
  const log = element('div', { id: 'chatLog', role: 'log', 'aria-label': 'Chat', tabindex: '0' });
  const field = element('input', {
    id: 'chatText',
    type: 'text',
    enterkeyhint: 'send',
    autocomplete: 'off',
    'aria-label': 'Message',
    placeholder: 'Write a message',
  });
  const submit = element('button', { type: 'submit' }, 'Send');
  const form = element('form', { id: 'chatForm', class: 'row' }, field, submit);
  const root = element('section', { class: 'call-chat', 'aria-label': 'Chat' }, log, form);
  let send: ((text: string) => Promise<void>) | undefined;
  let other = 'The other person';

  function write(line: HTMLElement): void {
    const isReadingEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearEnd;
    log.append(line);
    while (log.childElementCount > maxLines) log.firstElementChild?.remove();
    if (isReadingEnd) log.scrollTop = log.scrollHeight;
  }

  async function deliver(text: string, line: HTMLElement): Promise<void> {
    const fate = element('small');
    const slow = setTimeout(() => {
      fate.textContent = 'Waiting for the connection';
      line.append(fate);
    }, quickMs);
    try {
      await send?.(text);
      fate.remove();
    } catch (failure) {
      if (!(failure instanceof ChannelFailure)) throw failure;
      fate.textContent = `Not sent. ${failure.message}`;
      line.classList.add('unsent');
      line.append(fate);
    } finally {
      clearTimeout(slow);
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text === '' || send === undefined) return;
    field.value = '';
    const line = createLine('You', 'mine', text);
    write(line);
    void deliver(text, line);
  });

  return {
    root,
    begin(way, otherName = 'The other person') {
      send = way;
      other = otherName;
      form.hidden = way === undefined;
    },
    hear(text) {
      write(createLine(other, 'theirs', text));
    },
    mark(words) {
      write(element('p', { class: 'mark' }, words));
    },
    clear() {
      log.replaceChildren();
      field.value = '';
    },
  };
}

function createLine(speaker: string, whose: 'mine' | 'theirs', text: string): HTMLParagraphElement {
  return element(
    'p',
    { class: whose },
    element('span', { class: 'unseen-text' }, `${speaker}: `),
    // Somebody's own words may be in any script, also one that is written from right to left.
    element('span', { class: 'words', dir: 'auto' }, text),
  );
}
