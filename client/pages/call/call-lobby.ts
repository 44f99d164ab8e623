// What of the page `/call` is around the call screen: title, status, name, devices, link, buttons. Shows a view.
import { copyText } from '../copy-text.js';
import { part } from '../page-parts.js';
import type { Action, CallPageView } from './call-page-view.js';
import { hashOf } from './channel-name.js';

const actions: readonly Action[] = [
  'join',
  'ask-again',
  'cancel',
  'try-again',
  'other-name',
  'call-again',
  'new-call',
];

export interface CallLobby {
  show(view: CallPageView): void;
  /** Puts a name into the field, to be taken or written over. */
  suggest(name: string): void;
}

export interface CallLobbyParts {
  act: (action: Action) => void;
  name: (name: string) => void;
}

export function createLobby({ act, name }: CallLobbyParts): CallLobby {
  const lobby = part('lobby', HTMLElement);
  const title = part('title', HTMLElement);
  const status = part('status', HTMLElement);
  const channel = part('channel', HTMLElement);
  const naming = part('naming', HTMLFormElement);
  const field = part('name', HTMLInputElement);
  const choices = part('choices', HTMLElement);
  const muted = part('muted-switch', HTMLElement);
  const cameraless = part('cameraless-switch', HTMLElement);
  const invitation = part('invitation', HTMLElement);
  const link = part('link', HTMLInputElement);
  const copy = part('copy', HTMLButtonElement);
  const share = part('send-link', HTMLButtonElement);
  const sent = part('link-status', HTMLElement);
  const buttons = actions.map((action) => ({ action, button: part(action, HTMLButtonElement) }));

  for (const { action, button } of buttons) button.addEventListener('click', () => act(action));
  naming.addEventListener('submit', (event) => {
    event.preventDefault();
    if (field.value.trim() !== '') name(field.value);
  });
  copy.addEventListener('click', () => {
    void copyText(link).then((isCopied) => {
      sent.textContent = isCopied
        ? 'Copied. Send the link to the other person.'
        : 'The link is selected: copy it with Ctrl+C.';
    });
  });
  // Typed as always there; many browsers have it on phones only.
  share.hidden = (navigator as Partial<Navigator>).share === undefined;
  share.addEventListener('click', () => {
    // It rejects when the person changes their mind.
    navigator.share({ title: 'A call', url: link.value }).catch(() => {});
  });

  /** Where a keyboard goes on; never at Hang up, where one more Enter would end it all. */
  function focusNext(view: CallPageView): void {
    if (view.fields === 'name') {
      field.focus();
      field.select();
    } else {
      const next = buttons.find(({ button }) => !button.hidden)?.button;
      (next ?? part('callScreen', HTMLElement)).focus({ preventScroll: true });
    }
  }

  return {
    show(view) {
      const focused = document.activeElement;
      const before = title.textContent;
      if (view.title !== before) scrollTo({ top: 0 });
      document.body.dataset['screen'] = view.screen;
      lobby.hidden = view.title === '';
      title.textContent = view.title;
      if (status.textContent !== view.status) status.textContent = view.status;
      status.classList.toggle('bad', view.isBad);
      channel.hidden = view.channel === '';
      channel.textContent = view.channel;
      if (view.draft !== '') field.value = view.draft;
      naming.hidden = view.fields !== 'name';
      choices.hidden = view.fields !== 'devices';
      muted.hidden = !view.switches.muted;
      cameraless.hidden = !view.switches.cameraless;
      invitation.hidden = !view.invites;
      const address = location.origin + location.pathname + hashOf(view.channel);
      if (link.value !== address) {
        link.value = address;
        sent.textContent = '';
      }
      for (const { action, button } of buttons) button.hidden = !view.actions.includes(action);
      part('join', HTMLButtonElement).textContent = view.joinLabel;
      document.title = view.channel === '' ? 'Call · parley' : `${view.channel} · Call · parley`;
      // Nobody likes a page that moves the focus without need.
      const isBegin = view.fields === 'name' && focused === document.body;
      if (view.title !== before && (isBegin || focused?.closest('[hidden]'))) focusNext(view);
    },
    suggest(name) {
      field.value = name;
    },
  };
}
