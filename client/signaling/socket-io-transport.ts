// The room protocol's connection: Socket.IO packets over engine.io-client, WebSocket first, long-polling only where that
// fails. Half of socket.io-client is binary data, namespaces and a reconnection of its own, none of which is used here.
import { Socket } from 'engine.io-client';
import { utf8Length } from '../../server/protocol/parse-signal.js';
import type { WireEvent } from '../../server/protocol/room-events.js';
import type { OpenRoomTransport } from './room-transport.js';
import { disconnectPacket, readPacket, writeConnect, writeEvent } from './socket-io-packets.js';

export interface SocketIoSettings {
  /** Of the server, with its base path if it has one: `https://example.org/parley`. */
  url: URL;
  channel: string;
  token: string | undefined;
  /** Ask for the book's remote log. [R18] */
  log: boolean;
}

/** For the server's first word; after each time-out in a row the path gets more. */
const openWithinMs = [5000, 8000, 12_000];
const longestOpenMs = 20_000;

/** From the server's first word on. */
const connectWithinMs = 5000;

export function socketIoTransport({ url, channel, token, log }: SocketIoSettings): OpenRoomTransport {
  /**
   * A network that swallows WebSockets lets them time out; then the next attempt begins with polling. Where that begins
   * and then fails, as behind a proxy that sends each request to another node, the one after it is a WebSocket again.
   */
  let startsPolling = false;
  /** How often in a row nobody has answered. */
  let timeouts = 0;

  return ({ onOpen, onEvent, onClose }, onSent) => {
    const engine = new Socket(url.origin, {
      path: `${url.pathname.replace(/\/+$/, '')}/socket.io`,
      transports: startsPolling ? ['polling', 'websocket'] : ['websocket', 'polling'],
      tryAllTransports: true,
      query: { shard: shardOf(channel, timeouts) },
    });
    const acks = new Map<number, (...args: never[]) => void>();
    let lastId = 0;
    let hasOpened = false;
    let isConnected = false;
    let isOver = false;

    function end(why: string): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (why === 'timeout') timeouts++;
      const isNews = why === 'timeout' || (hasOpened && !isConnected);
      if (isNews) startsPolling = why === 'timeout' && !startsPolling;
      engine.close();
      onClose(why);
    }

    function hear(data: unknown): void {
      const packet = typeof data === 'string' ? readPacket(data) : undefined;
      switch (packet?.is) {
        case 'connected':
          clearTimeout(timer);
          isConnected = true;
          timeouts = 0;
          onOpen();
          return;
        case 'event':
          // The server speaks the protocol; what peers put into it are the values only.
          onEvent(packet.args as WireEvent);
          return;
        case 'ack':
          acks.get(packet.id)?.(...(packet.args as never[]));
          acks.delete(packet.id);
          return;
        case 'disconnected':
          end('io server disconnect');
          return;
        case 'refused':
          end(packet.why);
          return;
        case undefined:
          end('parse error');
      }
    }

    function send(packet: string): void {
      engine.send(packet);
      onSent(utf8Length(packet));
    }

    let timer = setTimeout(end, openWithinMs[timeouts] ?? longestOpenMs, 'timeout');
    engine.on('open', () => {
      hasOpened = true;
      clearTimeout(timer);
      timer = setTimeout(end, connectWithinMs, 'timeout');
      engine.send(writeConnect({ ...(token !== undefined && { token }), ...(log && { log }) }));
    });
    engine.on('data', (data) => {
      if (!isOver) hear(data);
    });
    engine.on('error', (error) => {
      end(error instanceof Error ? error.message : error);
    });
    engine.on('close', end);
    return {
      emit(event, ...args) {
        if (isOver || !isConnected) return;
        const [ack] = args.slice(-1);
        if (typeof ack !== 'function') {
          send(writeEvent([event, ...args]));
          return;
        }
        acks.set(++lastId, ack as (...args: never[]) => void);
        send(writeEvent([event, ...args.slice(0, -1)], lastId));
      },
      close() {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        if (isConnected) engine.send(disconnectPacket);
        engine.close();
      },
    };
  };
}

/**
 * The same for both of a channel, so that a proxy can send them to one node, without its being told the name. Another
 * one after a time-out: a proxy may not notice that a node hangs.
 */
function shardOf(channel: string, timeouts: number): string {
  let hash = 0;
  for (const unit of channel.normalize()) hash = (hash * 31 + (unit.codePointAt(0) ?? 0)) | 0;
  return (hash >>> 0).toString(36) + (timeouts ? `-${timeouts}` : '');
}
