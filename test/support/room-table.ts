// The room protocol without a transport: the real listeners, rules, memory and courier, with sockets that only note
// what is emitted. Fast enough for thousands of conversations.
import { createMemoryCourier } from '../../server/cluster/memory-courier.js';
import { createLogger } from '../../server/platform/logger.js';
import { createMemoryRoomStore } from '../../server/rooms/memory-room-store.js';
import { createRoomConnection, type RoomSocket } from '../../server/rooms/room-connection.js';
import { createRoomListeners } from '../../server/rooms/room-listeners.js';
import type { RoomParcel } from '../../server/rooms/room-parcel.js';
import type { Heard } from './room-client.js';

export interface TablePeer {
  /** What it heard; of `ready` only the channel, of `refused` only event and code. */
  heard: Heard[];
  isOver(): boolean;
  says(event: string, ...args: unknown[]): Promise<void>;
  vanishes(): Promise<void>;
  /** The transport notices that the server has ended the connection; does nothing if it is known already. */
  end(): Promise<void>;
}

export function createRoomTable() {
  const courier = createMemoryCourier<RoomParcel>();
  const listeners = createRoomListeners({
    store: createMemoryRoomStore(),
    courier,
    settings: { heartbeatMs: 10_000, maxMessageBytes: 65_536 },
  });
  const log = createLogger({ logLevel: 'silent', logFormat: 'json' });
  const connections = new Set<ReturnType<typeof createRoomConnection>>();

  function connect(id: string): TablePeer {
    const heard: Heard[] = [];
    let isOver = false;
    let hasEnded = false;
    const socket: Pick<RoomSocket, 'id' | 'emit' | 'disconnect'> = {
      id,
      emit(event: string, ...args: unknown[]) {
        if (!isOver) heard.push(shorten([event, ...args]));
        return true;
      },
      disconnect() {
        isOver = true;
        return socket as RoomSocket;
      },
    };
    const connection = createRoomConnection(socket as RoomSocket, 0);
    const detach = courier.attach(connection.id, connection.receive);
    connections.add(connection);

    async function end(): Promise<void> {
      if (hasEnded) return;
      hasEnded = true;
      detach();
      await listeners.leave(connection);
      connection.close();
      connections.delete(connection);
    }

    return {
      heard,
      isOver: () => isOver,
      async says(event, ...args) {
        await listeners.hear({ connection, log, wantsLog: false }, event, args);
      },
      async vanishes() {
        isOver = true;
        await end();
      },
      end,
    };
  }

  return {
    connect,
    seatsIn: (channel: string): string[] =>
      [...connections].filter(({ seat, isOver }) => seat?.name === channel && !isOver).map(({ id }) => id),
  };
}

function shorten([event, ...args]: Heard): Heard {
  if (event === 'ready') return ['ready', args[0]];
  if (event !== 'refused') return [event, ...args];
  const { event: refused, code } = args[0] as { event: string; code: string };
  return ['refused', refused, code];
}
