// Every open connection of both protocols, by address: whether one more may be opened, and which are closed first when the
// server has too little memory. Leaves the measuring to pressure. [U17]
import { maxIdleWithoutSeatMs } from '../protocol/limits.js';
import type { Scheduler } from '../timing/scheduler.js';
import { AddressBuckets } from './address-buckets.js';
import { LinkedList, type Position } from './linked-list.js';
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
  /** The server closes: no connection may be opened any more. [R27] */
  drain(): void;
  /** Adding and removing take the same time, however many connections and addresses there are. */
  add(address: string | undefined, client: Client): Registered;
}

const retryAfterSeconds = 5;

/** An address may open so many times its limit in a second, and four times as many at once. */
const attemptsPerSecond = 0.5;

interface Address {
  /** A symbol: not known. It is that of one connection. */
  key: string | symbol;
  open: number;
  unseated: LinkedList<Connection>;
  /** In the list of the addresses that have as many without a seat. */
  position?: Position<Address>;
}

export function createOpenConnections(parts: OpenConnectionsParts): OpenConnections {
  return new Registry(parts);
}

class Registry implements OpenConnections {
  readonly scheduler: Scheduler;
  count = 0;
  private size = 0;
  private isDraining = false;
  private readonly addresses = new Map<string | symbol, Address>();
  /** By the number of their connections without a seat. */
  private readonly byCount = new Map<number, LinkedList<Address>>();
  private most = 0;
  private readonly attempts: AddressBuckets;
  private readonly parts: OpenConnectionsParts;

  constructor(parts: OpenConnectionsParts) {
    this.parts = parts;
    this.scheduler = parts.scheduler;
    const perSecond = parts.settings.maxConnectionsPerAddress * attemptsPerSecond;
    this.attempts = new AddressBuckets(perSecond, parts.clock);
  }

  waitSeconds(address: string | undefined): number | undefined {
    const reason = this.reasonToRefuse(address);
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

  add(given: string | undefined, client: Client): Registered {
    const key = given ?? Symbol('unknown');
    const address = this.addresses.get(key) ?? { key, open: 0, unseated: new LinkedList<Connection>() };
    this.addresses.set(key, address);
    address.open += 1;
    this.size += 1;
    const connection = new Connection(this, address, client);
    connection.unseat();
    return connection;
  }

  giveUp(count: number): void {
    for (let left = count; left > 0; left--) this.oldestOfMost()?.end('pressure');
  }

  /** Its number of connections without a seat has changed by one. */
  move(address: Address, before: number): void {
    const { byCount } = this;
    const { size: count } = address.unseated;
    this.count += count - before;
    const old = byCount.get(before);
    if (old && address.position) old.remove(address.position);
    if (old?.size === 0) byCount.delete(before);
    if (count > 0) {
      const list = byCount.get(count) ?? new LinkedList<Address>();
      byCount.set(count, list);
      address.position = list.add(address);
    }
    // If it was the only one with so many, it has one less now.
    if (count > this.most || !byCount.has(this.most)) this.most = count;
  }

  forget(address: Address): void {
    this.size -= 1;
    address.open -= 1;
    if (address.open === 0) this.addresses.delete(address.key);
  }

  private reasonToRefuse(address: string | undefined): RefusalReason | undefined {
    const { maxConnections, maxConnectionsPerAddress: perAddress } = this.parts.settings;
    if (this.isDraining) return 'draining';
    if (this.parts.isPressed?.()) return 'pressure';
    const own = address === undefined ? undefined : this.addresses.get(address);
    if (perAddress > 0 && (own?.open ?? 0) >= perAddress) return 'address';
    if (this.attempts.msUntil(address) > 0) return 'attempts';
    if (maxConnections > 0 && this.size >= maxConnections && !this.makeRoom(own)) return 'server';
    return undefined;
  }

  /** For one of an address that has fewer without a seat than another: the other one loses its oldest. */
  private makeRoom(own: Address | undefined): boolean {
    if (this.most <= (own?.unseated.size ?? 0) + 1) return false;
    this.oldestOfMost()?.end('pressure');
    return true;
  }

  private oldestOfMost(): Connection | undefined {
    return this.byCount.get(this.most)?.first?.unseated.first;
  }
}

/** A class: there is one for each connection, and methods cost no memory there. */
class Connection implements Registered {
  private position: Position<Connection> | undefined = undefined;
  private cancelIdle: (() => void) | undefined = undefined;
  private isOpen = true;
  private readonly registry: Registry;
  private readonly address: Address;
  private readonly client: Client;

  constructor(registry: Registry, address: Address, client: Client) {
    this.registry = registry;
    this.address = address;
    this.client = client;
  }

  seat(): void {
    if (!this.position) return;
    const { unseated } = this.address;
    this.cancelIdle?.();
    this.cancelIdle = undefined;
    unseated.remove(this.position);
    this.position = undefined;
    this.registry.move(this.address, unseated.size + 1);
  }

  unseat(): void {
    if (!this.isOpen || this.position) return;
    const { unseated } = this.address;
    this.position = unseated.add(this);
    this.registry.move(this.address, unseated.size - 1);
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
