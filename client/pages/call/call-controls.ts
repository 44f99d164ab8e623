// The buttons of a call, and their keys: mute, camera, screen, hang up. Leaves what they do to own-side.
import { element } from '../element.js';
import { createIcon } from './icon.js';
import type { OwnState } from './own-side.js';

export type Control = 'microphone' | 'camera' | 'screen';

/**
 * With Alt: who dictates, or touches a key by accident, would press a bare letter unawares (WCAG 2.1.4). Where the letter
 * is on the keyboard counts, since Alt makes other signs of it on a Mac.
 */
const keys: Partial<Record<string, Control>> = { KeyM: 'microphone', KeyV: 'camera' };

export interface CallControls {
  readonly root: HTMLElement;
  show(state: OwnState): void;
  /** Whether the keys do something. */
  listen(isListening: boolean): void;
}

export function createCallControls(press: (control: Control) => void, hangUp: () => void): CallControls {
  const mute = createToggle({ id: 'mute', icon: 'microphone', label: 'Mute', key: 'Alt+M' });
  const camera = createToggle({ id: 'camera', icon: 'camera', label: 'Camera off', key: 'Alt+V' });
  const share = createToggle({ id: 'share', icon: 'screen', label: 'Share screen' });
  const end = element(
    'button',
    { id: 'hangUp', type: 'button', class: 'hang-up', title: 'Hang up' },
    createIcon('phone'),
    element('span', {}, 'Hang up'),
  );
  const root = element(
    'div',
    { class: 'controls', role: 'group', 'aria-label': 'Your side of the call' },
    mute,
    camera,
    share,
    end,
  );
  // Phones cannot share their screen.
  share.hidden = !canShare();
  let isListening = false;

  mute.addEventListener('click', () => press('microphone'));
  camera.addEventListener('click', () => press('camera'));
  share.addEventListener('click', () => press('screen'));
  end.addEventListener('click', hangUp);
  document.addEventListener('keydown', (event) => {
    const { code, altKey, ctrlKey, metaKey, repeat } = event;
    const control = keys[code];
    if (!isListening || !control || !altKey || ctrlKey || metaKey || repeat) return;
    // Alt+V opens a menu in some browsers.
    event.preventDefault();
    press(control);
  });

  return {
    root,
    show({ isMuted, isCameraOff, isSharing }) {
      setPressed(mute, isMuted);
      setPressed(camera, isCameraOff && !isSharing);
      setPressed(share, isSharing);
      // The screen is in the camera's place.
      camera.disabled = isSharing;
    },
    listen(now) {
      isListening = now;
    },
  };
}

interface Toggle {
  id: string;
  icon: Parameters<typeof createIcon>[0];
  label: string;
  key?: string;
}

function createToggle({ id, icon, label, key }: Toggle): HTMLButtonElement {
  return element(
    'button',
    {
      id,
      type: 'button',
      'aria-pressed': 'false',
      title: key === undefined ? label : `${label} (key ${key})`,
      'aria-keyshortcuts': key ?? false,
    },
    createIcon(icon),
    element('span', {}, label),
  );
}

function setPressed(button: HTMLButtonElement, isPressed: boolean): void {
  button.setAttribute('aria-pressed', String(isPressed));
}

/** Typed as always there; phones, and pages by plain http, have it not. */
function canShare(): boolean {
  const devices = navigator.mediaDevices as Partial<MediaDevices> | undefined;
  return devices?.getDisplayMedia !== undefined;
}
