// The room protocol without a transport: the real listeners, rules, memory and courier, with sockets that only note
// what is emitted, and a clock that is set by hand. Fast enough for thousands of conversations.
import { alwaysLeased } from '../../server/cluster/always-leased.js';
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { hashSecret } from '../../server/connections/hash-secret.js';
import { createLogger } from '../../server/platform/logger.js';
import type { ChannelName } from '../../server/protocol/parse-channel.js';
import type { EnterAnswer, EnterOptions } from '../../server/protocol/room-events.js';
import { createEnterListener } from '../../server/rooms/enter-listener.js';
import { createLocalSeats } from '../../server/rooms/local-seats.js';
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import { createRoomConnection } from '../../server/rooms/room-connection.js';
import { createRoomDesk } from '../../server/rooms/room-desk.js';
import { createRoomListeners } from '../../server/rooms/room-listeners.js';
import type { RoomParcel } from '../../server/rooms/room-parcel.js';
import { announceLeaving, evict, passTime } from '../../server/rooms/room-rules.js';
import { createFakeRoomSocket } from './fake-room-socket.js';
import { noIceServers } from './no-ice-servers.js';
import type { Heard } from './room-client.js';

export interface TablePeer {
  /** What it heard; of `refused` only event and code. */
  readonly heard: Heard[];
  isOver(): boolean;
  /** Also on a connection that is over: as if the server had not noticed yet. */
  says(event: string, ...args: unknown[]): Promise<void>;
  asks(channel: string, options: EnterOptions): Promise<EnterAnswer>;
  vanishes(): Promise<void>;
  /** Nobody answers a probe of this connection. */
  dies(): Promise<void>;
  /** The transport notices that the server has ended the connection; does nothing if it is known already. */
  end(): Promise<void>;
}

export function createRoomTable(graceMs: number, { isDraining = false } = {}) {
  let now = 0;
  const log = createLogger({ logLevel: 'silent', logFormat: 'json' });
  const courier = createMemoryCourier<RoomParcel>();
  const seats = createLocalSeats();
  const store = createMemoryRoomStore(() => now);
  const desk = createRoomDesk({ store, courier, lease: alwaysLeased, logger: log, peersIn: seats.peersIn });
  const settings = { heartbeatMs: 10_000, graceMs, maxMessageBytes: 65_536 };
  const enterRoom = createEnterListener({
    desk,
    courier,
    seats,
    lease: alwaysLeased,
    guesses: { countFailure: () => Promise.resolve() },
    iceServers: noIceServers,
    settings,
    isDraining: () => isDraining,
  });
  const listeners = createRoomListeners({ desk, courier, enterRoom, iceServers: noIceServers, settings });
  const connections = new Set<ReturnType<typeof createRoomConnection>>();

  function connect(id: string): TablePeer {
    const fake = createFakeRoomSocket(id);
    let hasEnded = false;
    const connection = createRoomConnection({
      socket: fake.socket,
      node: undefined,
      address: '',
      ackTimeoutMs: 0,
      log,
      onMislaid: (channel) => {
        throw new Error(`a seat in ${channel} is mislaid`);
      },
    });
    const detach = courier.attach(connection.id, connection.receive);
    connections.add(connection);

    async function end(): Promise<void> {
      if (hasEnded) return;
      hasEnded = true;
      fake.isOver = true;
      detach();
      await listeners.leave(connection);
      connection.close();
      connections.delete(connection);
    }

    async function says(event: string, ...args: unknown[]): Promise<void> {
      await listeners.hear({ connection, log, wantsLog: false }, event, args);
    }

    return {
      get heard() {
        return fake.heard.map(shorten);
      },
      isOver: () => fake.isOver,
      says,
      async asks(channel, options) {
        const answers: EnterAnswer[] = [];
        await says('create or join', channel, options, (answer: EnterAnswer) => answers.push(answer));
        const [answer, ...more] = answers;
        if (!answer || more.length > 0) throw new Error(`${answers.length} answers to one request`);
        return answer;
      },
      vanishes: end,
      async dies() {
        if (connection.seat) await desk.decide(connection.seat.name, evict(connection.id));
        await end();
      },
      end,
    };
  }

  return {
    connect,
    async leaves(channel: string, secret: string) {
      await desk.decide(channel as ChannelName, announceLeaving(hashSecret(secret)));
    },
    /** The clock goes on, and somebody looks at these channels, as their alarms do. */
    async pass(ms: number, channels: readonly string[]) {
      now += ms;
      for (const channel of channels) await desk.decide(channel as ChannelName, passTime());
    },
    seatsIn: (channel: string): string[] =>
      [...connections].filter(({ seat, isOver }) => seat?.name === channel && !isOver).map(({ id }) => id),
    close: desk.close,
  };
}

function shorten([event, ...args]: Heard): Heard {
  if (event !== 'refused') return [event, ...args];
  const { event: refused, code } = args[0] as { event: string; code: string };
  return ['refused', refused, code];
}
