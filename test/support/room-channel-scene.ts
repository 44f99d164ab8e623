// A room channel over a transport, a clock, a page and a storage that the test holds.
import { openRoomChannel } from '../../client/rooms/room-session.js';
import type { RoomChannel } from '../../client/channel/signaling-channel.js';
import { createFakePage, createFakeStorage, type FakePage } from './fake-page.js';
import { createFakeServer, type FakeServer } from './fake-room-transport.js';
import { createHeldClock, type HeldClock } from './held-clock.js';

/** Channels of one page share its storage by server and name, so each test has a server of its own. */
let servers = 0;

export interface Scene {
  url: string;
  server: FakeServer;
  clock: HeldClock;
  page: FakePage;
  storage: ReturnType<typeof createFakeStorage>;
  opening: Promise<RoomChannel>;
  trace: string[];
  off: AbortController;
}

export function openScene(): Scene {
  const scene = {
    url: `http://parley-${++servers}.test`,
    server: createFakeServer(),
    clock: createHeldClock(),
    page: createFakePage(),
    storage: createFakeStorage(),
    trace: [] as string[],
    off: new AbortController(),
  };
  const opening = openRoomChannel({
    ...scene,
    openTransport: scene.server.openTransport,
    server: scene.url,
    channel: 'red',
    unreachableAfterMs: 10_000,
    signal: scene.off.signal,
    policy: { delayMs: (attempt) => attempt * 1000 },
    onTrace: ({ direction, event }) => scene.trace.push(`${direction} ${event}`),
  });
  opening.catch(() => {});
  return { ...scene, opening };
}

export async function openWithBob(): Promise<Scene & { channel: RoomChannel; states: unknown[] }> {
  const scene = openScene();
  scene.server.newest().letIn();
  const channel = await scene.opening;
  scene.server.newest().hear('ready', 'red', { me: 'bob' });
  const states: unknown[] = [];
  channel.on('state', (state, failure) => states.push(failure ? [state, failure.reason] : state));
  channel.on('peer', (presence) => states.push(`bob ${presence}`));
  channel.on('role', (role) => states.push(role));
  return { ...scene, channel, states };
}

/** The server's answer to one who takes its seat back beside bob. */
export const bobIsHere = { status: 'resumed', peer: { id: 'b', me: 'bob', presence: 'here' } } as const;
