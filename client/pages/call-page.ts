// The page `/call`: a call in a channel, `/call#room-42`. Puts the parts together; what happens when is in call-page-rules.
import { createCallConnection } from './call/call-connection.js';
import { createLobby } from './call/call-lobby.js';
import { recall, remember } from './call/call-memory.js';
import { begin, happen } from './call/call-page-rules.js';
import type { CallPageEvent, Deed, Step } from './call/call-page-states.js';
import { viewOf, type Action } from './call/call-page-view.js';
import { createCallScreen } from './call/call-screen.js';
import { hashOf, nameOfHash, suggestName } from './call/channel-name.js';
import { createDeviceLists } from './call/device-lists.js';
import type { MediaChoice } from './call/media-choice.js';
import { createOwnMedia } from './call/own-media.js';
import { createLadder } from './ladder/ladder.js';
import { part } from './page-parts.js';

const kept = recall();
let choice = kept.choice;
let wasIn = kept.channel;

const ladder = createLadder(part('ladder', HTMLElement));
const screen = createCallScreen(part('callScreen', HTMLElement), {
  onHangUp: () => hear({ kind: 'hang up' }),
  // Whoever has muted the microphone is not heard after a reload either.
  onChoice: ({ isMuted, isCameraOff }) =>
    choose({
      ...(isMuted !== undefined && { isMuted }),
      ...(isCameraOff !== undefined && { withCamera: !isCameraOff }),
    }),
});
const lobby = createLobby({
  act,
  name: (name) => hear({ kind: 'named', name }),
});
const media = createOwnMedia(showMedia, () => {
  if (page.phase === 'ready' || page.phase === 'refused') media.ask(choice);
});
const lists = createDeviceLists({
  camera: part('camera-list', HTMLSelectElement),
  microphone: part('microphone-list', HTMLSelectElement),
  onChoice: (chosen) => choose(chosen, 'ask'),
  onPlugged() {
    lists.refresh(media.stream);
    // What was missing may be there now.
    if (page.phase === 'ready' && media.now.is === 'settled' && media.now.mayAskAgain) media.ask(choice);
  },
});
const muted = part('join-muted', HTMLInputElement);
const cameraless = part('join-cameraless', HTMLInputElement);
const connection = createCallConnection({
  hear,
  trace: (event) => ladder.hear(event),
  media: () => media.settled(),
  onCall(call, channel) {
    call.muteAudio(choice.isMuted);
    screen.show(call, channel);
  },
});

const first = begin(nameOfHash(location.hash), wasIn);
let page = first.page;
lobby.suggest(suggestName(chance));
take(first);

muted.addEventListener('change', () => choose({ isMuted: muted.checked }));
cameraless.addEventListener('change', () => choose({ withCamera: !cameraless.checked }, 'ask'));
window.addEventListener('hashchange', () => hear({ kind: 'address', name: nameOfHash(location.hash) }));
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) hear({ kind: 'revived' });
});

function hear(event: CallPageEvent): void {
  take(happen(page, event));
}

function take(step: Step): void {
  const before = page;
  page = step.page;
  for (const deed of step.deeds) perform(deed);
  if (page.phase === 'naming' && before.phase !== 'naming') lobby.suggest(suggestName(chance));
  show();
}

function perform(deed: Deed): void {
  switch (deed.do) {
    case 'ask for media':
      return media.ask(choice);
    case 'release media':
      return media.release();
    case 'enter':
      return connection.enter(deed.channel);
    case 'leave':
      return connection.leave();
    case 'clear':
      return screen.clear();
    case 'address':
      return history.replaceState(null, '', location.pathname + location.search + hashOf(deed.channel));
    case 'remember':
      wasIn = deed.channel;
      return remember({ channel: wasIn, choice });
    case 'reload':
      return location.reload();
  }
}

function show(): void {
  muted.checked = choice.isMuted;
  cameraless.checked = !choice.withCamera;
  lobby.show(viewOf(page, media.now, choice));
}

function showMedia(): void {
  lists.refresh(media.stream);
  if (page.phase === 'ready' || page.phase === 'joining' || page.phase === 'refused') {
    screen.preview(media.stream);
  }
  show();
}

/** @param how `ask`: the preview is to show it */
function choose(changed: Partial<MediaChoice>, how?: 'ask'): void {
  choice = { ...choice, ...changed };
  remember({ channel: wasIn, choice });
  if (how === 'ask') media.ask(choice);
}

function act(action: Action): void {
  switch (action) {
    case 'join':
      return hear({ kind: 'join' });
    case 'ask-again':
      return media.ask(choice);
    case 'cancel':
      return hear({ kind: 'cancel' });
    case 'try-again':
      return hear({ kind: 'try again' });
    case 'other-name':
      return hear({ kind: 'other name' });
    case 'call-again':
      return hear({ kind: 'call again' });
    case 'new-call':
      return hear({ kind: 'new call' });
  }
}

function chance(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}
