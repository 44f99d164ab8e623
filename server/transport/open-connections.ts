// Every open connection of both protocols, by address: whether one more may be opened, and which are closed first when the
// server has too little memory. Leaves the measuring to pressure. [U17]
import { maxIdleWithoutSeatMs } from '../protocol/limits.js';
import type { Scheduler } from '../timing/scheduler.js';
import { AddressBuckets } from './address-buckets.js';
import { ByAddress, type Place } from './by-address.js';
import type { Expendable } from './pressure.js';

/** A connection as its protocol knows it. */
export interface Client {
  /** Nobody has entered or logged in on it for 10 minutes, or the server has to free memory. */
  closeUnseated(reason: 'idle' | 'pressure'): void;
}

/** The server has too many, the address has too many or opens too many a second, memory is short, or the server closes. */
export type RefusalReason = 'server' | 'address' | 'attempts' | 'pressure' | 'draining';

export interface OpenConnectionsSettings {
  /** 0: any number. */
  maxConnections: number;
  /** 0: any number, and any number of attempts. */
  maxConnectionsPerAddress: number;
}

export interface OpenConnectionsParts {
  scheduler: Scheduler;
  settings: OpenConnectionsSettings;
  onRefused: (reason: RefusalReason) => void;
  /** Whether memory or processor time is so short that no connection may be opened. Default: never. */
  isPressed?: () => boolean;
  clock?: () => number;
}

export interface Registered {
  /** It has a seat or a name. Idempotent, as the other two. */
  seat(): void;
  /** It has none any more. */
  unseat(): void;
  /** It is closed. */
  remove(): void;
}

/** Those without a seat or a name can be given up: of the addresses with the most of them, the oldest goes first. */
export interface OpenConnections extends Expendable {
  /**
   * Asked before each new connection. A connection without a seat may be closed to make room for it.
   * @param address undefined: not known, and not limited
   * @returns seconds after which the client may try again; undefined: the connection may be opened
   */
  waitSeconds(address: string | undefined): number | undefined;
  /**
   * Asked before a handshake that opens no connection, since it is for one that is open, or for none. It counts as an
   * attempt of the address, however many are open.
   */
  waitSecondsForAttempt(address: string | undefined): number | undefined;
  /** The server closes: no connection may be opened any more. [R27] */
  drain(): void;
  add(address: string | undefined, client: Client): Registered;
}

const retryAfterSeconds = 5;

/** An address may open so many times its limit in a second, and four times as many at once. */
const attemptsPerSecond = 0.5;

export function createOpenConnections(parts: OpenConnectionsParts): OpenConnections {
  return new Registry(parts);
}

class Registry implements OpenConnections {
  readonly scheduler: Scheduler;
  /** Those without a seat. */
  readonly unseated = new ByAddress<Connection>();
  private size = 0;
  private isDraining = false;
  /** How many each address has, with a seat or without. */
  private readonly open = new Map<string, number>();
  private readonly attempts: AddressBuckets;
  private readonly parts: OpenConnectionsParts;

  constructor(parts: OpenConnectionsParts) {
    this.parts = parts;
    this.scheduler = parts.scheduler;
    const perSecond = parts.settings.maxConnectionsPerAddress * attemptsPerSecond;
    this.attempts = new AddressBuckets(perSecond, parts.clock);
  }

  waitSeconds(address: string | undefined): number | undefined {
    return this.judge(address, this.reasonToRefuse(address));
  }

  waitSecondsForAttempt(address: string | undefined): number | undefined {
    return this.judge(address, this.attempts.msUntil(address) > 0 ? 'attempts' : undefined);
  }

  private judge(address: string | undefined, reason: RefusalReason | undefined): number | undefined {
    if (reason === undefined) {
      this.attempts.take(address);
      return undefined;
    }
    this.parts.onRefused(reason);
    // A client that comes again comes to another server, or to the next process.
    if (reason === 'draining') return 1;
    return reason === 'attempts' ? Math.ceil(this.attempts.msUntil(address) / 1000) : retryAfterSeconds;
  }

  drain(): void {
    this.isDraining = true;
  }

  get count(): number {
    return this.unseated.count;
  }

  add(address: string | undefined, client: Client): Registered {
    this.size += 1;
    this.countOpen(address, 1);
    const connection = new Connection(this, address, client);
    connection.unseat();
    return connection;
  }

  giveUp(count: number): void {
    for (let left = count; left > 0; left--) this.unseated.oldestOfMost?.end('pressure');
  }

  forget(address: string | undefined): void {
    this.size -= 1;
    this.countOpen(address, -1);
  }

  private countOpen(address: string | undefined, change: number): void {
    if (address === undefined) return;
    const open = this.openOf(address) + change;
    if (open > 0) this.open.set(address, open);
    else this.open.delete(address);
  }

  private openOf(address: string | undefined): number {
    return address === undefined ? 0 : (this.open.get(address) ?? 0);
  }

  private reasonToRefuse(address: string | undefined): RefusalReason | undefined {
    const { maxConnections, maxConnectionsPerAddress: perAddress } = this.parts.settings;
    if (this.isDraining) return 'draining';
    if (this.parts.isPressed?.()) return 'pressure';
    if (perAddress > 0 && this.openOf(address) >= perAddress) return 'address';
    if (this.attempts.msUntil(address) > 0) return 'attempts';
    if (maxConnections > 0 && this.size >= maxConnections && !this.makeRoom(address)) return 'server';
    return undefined;
  }

  /** For one of an address that has fewer without a seat than another: the other one loses its oldest. */
  private makeRoom(address: string | undefined): boolean {
    if (this.unseated.most <= this.unseated.countOf(address) + 1) return false;
    this.unseated.oldestOfMost?.end('pressure');
    return true;
  }
}

/** A class: there is one for each connection, and methods cost no memory there. */
class Connection implements Registered {
  private place: Place<Connection> | undefined = undefined;
  private cancelIdle: (() => void) | undefined = undefined;
  private isOpen = true;
  private readonly registry: Registry;
  private readonly address: string | undefined;
  private readonly client: Client;

  constructor(registry: Registry, address: string | undefined, client: Client) {
    this.registry = registry;
    this.address = address;
    this.client = client;
  }

  seat(): void {
    if (!this.place) return;
    this.cancelIdle?.();
    this.cancelIdle = undefined;
    this.registry.unseated.remove(this.place);
    this.place = undefined;
  }

  unseat(): void {
    if (!this.isOpen || this.place) return;
    this.place = this.registry.unseated.add(this.address, this);
    this.cancelIdle = this.registry.scheduler.after(maxIdleWithoutSeatMs, () => {
      this.end('idle');
    });
  }

  remove(): void {
    if (!this.isOpen) return;
    this.seat();
    this.isOpen = false;
    this.registry.forget(this.address);
  }

  end(reason: 'idle' | 'pressure'): void {
    this.remove();
    this.client.closeUnseated(reason);
  }
}
