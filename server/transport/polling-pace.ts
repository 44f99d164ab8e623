// What a long-polling connection may send: the packets of a POST are handled one after the other, as its share allows, and
// the POST is answered when all of them are. [R34]
import type { ServerResponse } from 'node:http';
import { Server as EngineServer, type Socket as EngineSocket } from 'engine.io';
import { refusals } from '../protocol/refusals.js';
import type { Scheduler } from '../timing/scheduler.js';
import { refuse } from './connection-limits.js';
import { Throttle, type ThrottledConnection } from './throttle.js';
import type { Rate } from './token-buckets.js';

export interface PollingPace {
  watch(connection: EngineSocket): void;
  /** Begins a POST of this session; its response is ended when what it contains has been handled. */
  begin(sid: string, response: ServerResponse, request: () => void): void;
}

/** Between the packets of a POST (Engine.IO protocol 4). */
const separator = '\x1e';

/** As Engine.IO answers the next request of that session. */
const { UNKNOWN_SID } = EngineServer.errors;
const unknownSession = JSON.stringify({
  code: UNKNOWN_SID,
  message: EngineServer.errorMessages[UNKNOWN_SID],
});

export function createPollingPace(rate: Rate, scheduler: Scheduler): PollingPace {
  const sessions = new Map<string, PollingSession>();

  return {
    watch(connection) {
      if (connection.transport.name !== 'polling') return;
      // The types call it private; it is the `sid` of every request.
      const sid = String(Reflect.get(connection, 'id'));
      const session = new PollingSession(connection, rate, scheduler);
      sessions.set(sid, session);
      connection.once('close', () => {
        sessions.delete(sid);
        session.close();
      });
    },
    begin(sid, response, request) {
      const session = sessions.get(sid);
      // Engine.IO, too, closes a connection that sends a request before the last one is answered.
      if (session?.isBusy) session.connection.close(true);
      else session?.hold(response);
      request();
    },
  };
}

class PollingSession implements ThrottledConnection<string> {
  readonly connection: EngineSocket;
  private readonly limit: number;
  private readonly throttle: Throttle<string>;
  private readonly decode: (payload: string) => void;
  /** The rest of a payload. */
  private unparsed = '';
  /** To cut a packet off takes the same time, however long it is. */
  readonly partBytes = 0;
  private answer: ((isHandled: boolean) => void) | undefined = undefined;

  constructor(connection: EngineSocket, rate: Rate, scheduler: Scheduler) {
    this.connection = connection;
    this.limit = rate.events;
    this.throttle = new Throttle(rate, this, scheduler);
    const { transport } = connection;
    // The types call it protected: what it does with the body of a POST (engine.io 6.6.13, build/transports/polling.js).
    const onData = Reflect.get(transport, 'onData') as (payload: string) => void;
    this.decode = onData.bind(transport);
    Reflect.set(transport, 'onData', (payload: string) => {
      this.unparsed = payload;
      this.throttle.read();
    });
  }

  get isBusy(): boolean {
    return this.throttle.isWaiting;
  }

  /** Engine.IO answers as soon as it has handed the packets over. If its session ends before, they are not handled. */
  hold(response: ServerResponse): void {
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
    let head: unknown[] = [];
    response.writeHead = (...args: unknown[]) => {
      if (!this.isBusy) return writeHead(...args);
      head = args;
      return response;
    };
    response.end = ((...args: unknown[]) => {
      if (!this.isBusy) return end(...args);
      this.answer = (isHandled) => {
        if (isHandled) {
          writeHead(...head);
          end(...args);
        } else {
          writeHead(400, { 'Content-Type': 'application/json' });
          end(unknownSession);
        }
      };
      return response;
    }) as typeof response.end;
  }

  parse(): boolean {
    const at = this.unparsed.indexOf(separator);
    const packet = at < 0 ? this.unparsed : this.unparsed.slice(0, at);
    this.unparsed = at < 0 ? '' : this.unparsed.slice(at + 1);
    this.throttle.receive(packet, packet.length, this.throttle.costOf(packet));
    return at >= 0;
  }

  handle(packet: string): void {
    this.decode(packet);
  }

  pause(): void {
    // Its client sends no other POST until this one is answered.
  }

  resume(): void {
    this.endAnswer(true);
  }

  refuse(): void {
    refuse(this.connection, refusals.tooFast(this.limit));
  }

  cut(): void {
    this.refuse();
    this.connection.close(true);
  }

  ended(): void {
    // What waits when it is closed is dropped.
  }

  close(): void {
    this.throttle.stop();
    this.endAnswer(false);
  }

  private endAnswer(isHandled: boolean): void {
    this.answer?.(isHandled);
    this.answer = undefined;
  }
}
