// The page of the phone: shows a view, and leads the keyboard to what matters now. What is said and done stands in
// phone-view and the rules.
import { createCallCard } from './call-card.js';
import { createDirectory } from './directory.js';
import type { PhoneEvent } from './phone-states.js';
import type { Choice, Screen, View } from './phone-view.js';
import { createSignInForm } from './sign-in-form.js';
import { createWayChoice } from './way-choice.js';
import { part } from '../page-parts.js';

export interface PhonePanel {
  show(view: View): void;
}

export interface PhonePanelParts {
  hear: (event: PhoneEvent) => void;
  call: (name: string) => void;
}

const eventsOf: Record<Choice, PhoneEvent> = {
  take: { kind: 'take' },
  decline: { kind: 'decline' },
  'take-back': { kind: 'take back' },
  'never-mind': { kind: 'take back' },
  'try-again': { kind: 'go on' },
  'sound-only': { kind: 'go on', way: 'sound' },
  'watch-only': { kind: 'go on', way: 'watch' },
};

export function createPhonePanel({ hear, call }: PhonePanelParts): PhonePanel {
  const status = part('status', HTMLElement);
  const who = part('who', HTMLElement);
  const form = createSignInForm({
    logIn: (name) => hear({ kind: 'log in', name }),
    stop: () => hear({ kind: 'log out' }),
  });
  const card = createCallCard((choice) => hear(eventsOf[choice]));
  const directory = createDirectory({ call, logOut: () => hear({ kind: 'log out' }) });
  const wayGroups = ['ways', 'card-ways'].map((id) =>
    createWayChoice(part(id, HTMLFieldSetElement), (way) => hear({ kind: 'chose', way })),
  );
  const places: Record<Screen['is'], HTMLElement> = {
    'sign in': part('sign-in', HTMLElement),
    card: part('card', HTMLElement),
    talking: part('talk', HTMLElement),
    people: part('directory', HTMLElement),
  };
  let shown: View | undefined;
  /** Where the keyboard was when a call took it away. */
  let left: HTMLElement | undefined;

  function fill(view: View): void {
    const { screen, ring } = view;
    switch (screen.is) {
      case 'sign in':
        form.show(screen);
        if (shown?.screen.is !== 'sign in') form.fill(screen.draft);
        return;
      case 'card':
        card.show(screen, ring?.where === 'here' ? ring.id : undefined);
        return;
      case 'talking':
        places.talking.setAttribute('aria-label', `Call with ${screen.other}`);
        return;
      case 'people':
        directory.show(screen);
        return;
    }
  }

  function lead(screen: Screen): void {
    switch (screen.is) {
      case 'sign in':
        form.field.focus();
        return;
      case 'card':
        card.first.focus();
        return;
      case 'talking':
        places.talking.focus();
        return;
      case 'people':
        // Not into a field: a telephone would open its keyboard over the list.
        if (left?.isConnected && left.closest('[hidden]') === null) left.focus();
        else part('people-heading', HTMLElement).focus();
        left = undefined;
        return;
    }
  }

  return {
    show(view) {
      const focused = document.activeElement;
      const isNewPlace = shown?.screen.is !== view.screen.is || isOtherCard(shown, view);
      if (shown?.screen.is === 'people' && isNewPlace && focused instanceof HTMLElement) left = focused;
      document.title = view.title;
      who.textContent = view.who;
      who.hidden = view.who === '';
      if (status.textContent !== view.status) status.textContent = view.status;
      for (const group of wayGroups) group.show(view.way);
      fill(view);
      for (const [is, place] of Object.entries(places)) place.hidden = is !== view.screen.is;
      if (view.screen.is === 'card') places.talking.hidden = !view.screen.showsSelf;
      const isHomeless = focused !== document.activeElement || focused?.closest('[hidden]') !== null;
      shown = view;
      if (isNewPlace || isHomeless) lead(view.screen);
    },
  };
}

/** Something else is to be answered. */
function isOtherCard(before: View | undefined, { screen, ring }: View): boolean {
  return screen.is === 'card' && ring?.where === 'here' && ring.id !== before?.ring?.id;
}
