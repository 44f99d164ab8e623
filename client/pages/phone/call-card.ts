// The card of a call that does not talk yet: who calls whom, and what one can do about it.
import type { Choice, Screen } from './phone-view.js';
import { part } from '../page-parts.js';

type CardScreen = Extract<Screen, { is: 'card' }>;

const choices: readonly Choice[] = [
  'take',
  'decline',
  'watch-only',
  'sound-only',
  'try-again',
  'take-back',
  'never-mind',
];

/** Whoever was about to press something else when it began to ring has not meant to take the call. */
const surpriseMs = 500;

export interface CallCard {
  /** @param ring the number of the call that rings here, if one does */
  show(screen: CardScreen, ring: number | undefined): void;
  /** What a keyboard is led to. */
  readonly first: HTMLElement;
}

export function createCallCard(act: (choice: Choice) => void): CallCard {
  const card = part('card', HTMLElement);
  const headline = part('headline', HTMLElement);
  const initial = part('initial', HTMLElement);
  const detail = part('detail', HTMLElement);
  const ways = part('card-ways', HTMLFieldSetElement);
  const buttons = choices.map((choice) => ({ choice, button: part(choice, HTMLButtonElement) }));
  const take = part('take', HTMLButtonElement);
  let ringing: number | undefined;
  let surprise: ReturnType<typeof setTimeout> | undefined;

  for (const { choice, button } of buttons) {
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') !== 'true') act(choice);
    });
  }
  // A key that is held down presses a button again and again.
  take.addEventListener('keydown', (event) => {
    if (event.repeat) event.preventDefault();
  });

  function wait(): void {
    clearTimeout(surprise);
    take.setAttribute('aria-disabled', 'true');
    surprise = setTimeout(() => {
      take.removeAttribute('aria-disabled');
    }, surpriseMs);
  }

  return {
    show(screen, ring) {
      card.setAttribute('role', screen.isUrgent ? 'alertdialog' : 'group');
      card.classList.toggle('urgent', screen.isUrgent);
      initial.textContent = firstOf(screen.name);
      if (headline.textContent !== screen.headline) headline.textContent = screen.headline;
      if (detail.textContent !== screen.detail) detail.textContent = screen.detail;
      detail.hidden = screen.detail === '';
      ways.hidden = !screen.choosesWay;
      for (const { choice, button } of buttons) button.hidden = !screen.choices.includes(choice);
      if (ring !== undefined && ring !== ringing) wait();
      ringing = ring;
    },
    get first() {
      return take.hidden ? headline : take;
    },
  };
}

/** The first sign of a name, however many units it is made of. */
function firstOf(name: string): string {
  return (Array.from(name)[0] ?? '').toLocaleUpperCase();
}
