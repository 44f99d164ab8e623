// The lower part of the page: status, link, buttons. Shows a view; leaves questions to chat-prompts.
import { linkTo } from './channel-link.js';
import type { Action, View } from './chat-view.js';
import { copyText } from '../copy-text.js';
import { part } from '../page-parts.js';

const actions: readonly Action[] = ['try-again', 'other-name', 'new-conversation', 'bye'];

export interface ChatPanel {
  show(view: View): void;
}

export function createPanel(act: (action: Action) => void): ChatPanel {
  const status = part('status', HTMLElement);
  const channel = part('channel', HTMLElement);
  const invitation = part('invitation', HTMLElement);
  const link = part('link', HTMLInputElement);
  const copy = part('copy', HTMLButtonElement);
  const buttons = actions.map((action) => ({ action, button: part(action, HTMLButtonElement) }));

  for (const { action, button } of buttons) {
    button.addEventListener('click', () => act(action));
  }
  copy.addEventListener('click', () => {
    void copyText(link).then((isCopied) => {
      status.textContent = isCopied
        ? 'Copied. Send the link to the other person.'
        : 'The link is selected: copy it with Ctrl+C.';
    });
  });

  return {
    show(view) {
      const focused = document.activeElement;
      if (status.textContent !== view.status) status.textContent = view.status;
      channel.hidden = view.channel === '';
      channel.textContent = view.channel === '' ? '' : `Channel ${view.channel}`;
      invitation.hidden = !view.invites;
      link.value = linkTo(view.channel);
      for (const { action, button } of buttons) button.hidden = !view.actions.includes(action);
      document.title = view.ask?.as && !view.ask.isOptional ? 'Your turn · parley' : 'parley';
      // A keyboard goes on at what can be done next; never at Bye, where one more Enter would end it all.
      const next = buttons.find(({ action, button }) => action !== 'bye' && !button.hidden);
      if (focused?.closest('[hidden]')) next?.button.focus();
    },
  };
}
