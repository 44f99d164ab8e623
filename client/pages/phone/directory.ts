// The part of the page from which one calls: who is here, calling by name, missed calls.
import type { PeopleScreen } from './directory-view.js';
import { createNameList } from './name-list.js';
import { part } from '../page-parts.js';
import { copyText } from '../copy-text.js';

export interface Directory {
  show(screen: PeopleScreen): void;
}

export interface DirectoryParts {
  call: (name: string) => void;
  logOut: () => void;
}

export function createDirectory({ call, logOut }: DirectoryParts): Directory {
  const people = part('people', HTMLUListElement);
  const hint = part('people-hint', HTMLElement);
  const invitation = part('invitation', HTMLElement);
  const link = part('link', HTMLInputElement);
  const copy = part('copy', HTMLButtonElement);
  const again = part('again', HTMLButtonElement);
  const otherName = part('other-name', HTMLInputElement);
  const missedPart = part('missed-part', HTMLElement);
  const peopleList = createNameList(people, { label: 'Call', call });
  const missedList = createNameList(part('missed', HTMLUListElement), { label: 'Call back', call });
  let whomAgain = '';

  link.value = new URL(location.pathname, location.origin).href;
  again.addEventListener('click', () => call(whomAgain));
  part('log-out', HTMLButtonElement).addEventListener('click', logOut);
  part('by-name', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    call(otherName.value);
  });
  copy.addEventListener('click', () => {
    void copyText(link).then((isCopied) => {
      copy.textContent = isCopied ? 'Copied' : 'Press Ctrl+C';
    });
  });

  return {
    show(screen) {
      whomAgain = screen.again ?? '';
      again.hidden = screen.again === undefined;
      again.textContent = `Call ${whomAgain}`;
      hint.textContent = screen.hint;
      hint.hidden = screen.hint === '';
      invitation.hidden = !screen.invites;
      people.hidden = screen.people.length === 0;
      peopleList.show(screen.people);
      missedPart.hidden = screen.missed.length === 0;
      missedList.show(
        screen.missed.map(({ name, at }) => ({
          key: `${at} ${name}`,
          name,
          remark: timeOf(at),
          isBusy: false,
        })),
      );
    },
  };
}

/** In the words of the person's own country. */
function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
}
