// The page `/`: two browsers chat in a channel until "Bye". Puts the parts together; what happens when is in chat-rules.
import { openConnection } from './chat-connection.js';
import { writeLine } from './chat-log.js';
import { createPanel } from './chat-panel.js';
import { createPrompts } from './chat-prompts.js';
import type { Ask } from './chat-asks.js';
import { begin, happen } from './chat-rules.js';
import type { ChatEvent, Deed } from './chat-states.js';
import { viewOf, type Action } from './chat-view.js';
import { part } from './page-parts.js';

const pad = part('scratchPad', HTMLElement);
const panel = createPanel(act);
const prompts = createPrompts(
  {
    write: part('write', HTMLButtonElement),
    form: part('writing', HTMLFormElement),
    question: part('question', HTMLLabelElement),
    field: part('words', HTMLInputElement),
  },
  answer,
);
let chat = begin(new URLSearchParams(location.search).get('channel') ?? '');
const connection = openConnection(hear);

function hear(event: ChatEvent): void {
  const step = happen(chat, event, prompts.draft());
  chat = step.chat;
  for (const deed of step.deeds) perform(deed);
  const view = viewOf(chat);
  panel.show(view);
  prompts.ask(view.ask);
}

function perform(deed: Deed): void {
  switch (deed.do) {
    case 'write':
      return writeLine(pad, deed.line);
    case 'enter':
      return connection.enter(deed.channel);
    case 'send':
      return connection.send(deed.as, deed.channel, deed.text);
    case 'say Bye':
      return connection.sayBye(deed.channel);
    case 'check':
      return connection.check();
    case 'acknowledge':
      return connection.acknowledge();
    case 'reconnect':
      return connection.reconnect();
  }
}

/** False: the text is no answer. */
function answer(ask: Ask, text: string): boolean {
  if (ask.as !== undefined) {
    hear({ kind: 'wrote', text });
    return true;
  }
  // Keyboards of phones like to add a space; two people would wait in two channels.
  const channel = text.trim();
  if (channel === '') return false;
  hear({ kind: 'named', channel });
  return true;
}

function act(action: Action): void {
  switch (action) {
    case 'try-again':
      return hear({ kind: 'try again' });
    case 'other-name':
      return hear({ kind: 'other name' });
    case 'bye':
      return hear({ kind: 'say Bye' });
    case 'new-conversation':
      return location.assign(location.pathname);
  }
}
