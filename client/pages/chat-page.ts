// The page `/`: two browsers chat in a channel until "Bye". Puts the parts together; what happens when is in chat-rules.
import { channelOfAddress, clearAddress, putIntoAddress, trimmed } from './chat/channel-link.js';
import { openConnection } from './chat/chat-connection.js';
import { createChatLog } from './chat/chat-log.js';
import { createPanel } from './chat/chat-panel.js';
import { createPrompts } from './chat/chat-prompts.js';
import type { Ask } from './chat/chat-asks.js';
import { begin, happen } from './chat/chat-rules.js';
import type { ChatEvent, Deed, Step } from './chat/chat-states.js';
import { viewOf, type Action } from './chat/chat-view.js';
import { createLadder } from './ladder/ladder.js';
import { part } from './page-parts.js';

const log = createChatLog(part('scratchPad', HTMLElement));
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
const ladder = createLadder(part('ladder', HTMLElement));
const connection = openConnection(hear, ladder.hear);
const first = begin(channelOfAddress());
let chat = first.chat;
take(first);

function hear(event: ChatEvent): void {
  take(happen(chat, event, prompts.draft()));
}

function take(step: Step): void {
  chat = step.chat;
  for (const deed of step.deeds) perform(deed);
  const view = viewOf(chat);
  panel.show(view);
  prompts.ask(view.ask);
  // A reload then leads back to the same channel.
  if (chat.phase === 'waiting' || chat.phase === 'paired') putIntoAddress(chat.channel);
  if (chat.phase === 'over') clearAddress();
}

function perform(deed: Deed): void {
  switch (deed.do) {
    case 'write':
      return log.write(deed.line);
    case 'enter':
      return connection.enter(deed.channel);
    case 'send':
      return connection.send(deed.message);
    case 'check':
      return connection.check();
    case 'stop entering':
      return connection.stopEntering();
    case 'say Bye':
      return connection.sayBye();
  }
}

/** False: the text is no answer. */
function answer(ask: Ask, text: string): boolean {
  if (ask.as !== undefined) {
    hear({ kind: 'wrote', text });
    return true;
  }
  const channel = trimmed(text);
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
