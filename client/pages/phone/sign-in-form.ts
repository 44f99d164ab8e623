// The form with one's name.
import type { Screen } from './phone-view.js';
import { part } from '../page-parts.js';

type SignInScreen = Extract<Screen, { is: 'sign in' }>;

export interface SignInForm {
  show(screen: SignInScreen): void;
  /** Leaves what somebody is writing alone. */
  fill(draft: string): void;
  readonly field: HTMLInputElement;
}

export function createSignInForm({
  logIn,
  stop,
}: {
  logIn: (name: string) => void;
  stop: () => void;
}): SignInForm {
  const field = part('name', HTMLInputElement);
  const problem = part('name-problem', HTMLElement);
  const submit = part('log-in', HTMLButtonElement);
  const stopButton = part('stop', HTMLButtonElement);

  part('sign-in', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    logIn(field.value);
  });
  stopButton.addEventListener('click', stop);

  return {
    field,
    show(screen) {
      if (problem.textContent !== screen.problem) problem.textContent = screen.problem;
      field.setAttribute('aria-invalid', String(screen.problem !== ''));
      field.readOnly = screen.isTrying;
      submit.hidden = screen.isTrying;
      stopButton.hidden = !screen.isTrying;
    },
    fill(draft) {
      field.value = draft;
    },
  };
}
