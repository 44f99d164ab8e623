// `create or join`: parses it, decides it, and probes those inside before it tells anybody "full".
import { wireId } from '../cluster/address.js';
import type { MessageBus } from '../cluster/message-bus.js';
import type { Coordinator } from '../kernel/coordinator.js';
import { NothingAsked } from '../kernel/record-store.js';
import { requestNumberOf } from '../protocol/request-numbers.js';
import type { ChannelName } from '../protocol/parse-channel.js';
import { findAck, parseEnter, type EnterAck, type EnterRequest } from '../protocol/parse-enter.js';
import { refusals } from '../protocol/refusals.js';
import type { EnterAnswer, Refusal } from '../protocol/room-events.js';
import type { FailureLimiter } from '../transport/failure-limiter.js';
import { hashTokens } from '../transport/hash-token.js';
import type { IceServers } from '../transport/ice-servers.js';
import { probeMs } from '../transport/probe.js';
import { grantOf, type Rate } from '../transport/token-buckets.js';
import { enter, type Entrant, type Entry } from './enter-rules.js';
import { onRoom } from './room-domain.js';
import { vanish } from './room-rules.js';
import type { RoomSession } from './room-session.js';
import type { RoomView } from './room-view.js';
import type { PeerId, Room } from './room.js';

/** Whether this entrant may enter; a refusal says why not. */
export type MayEnter = (request: EnterRequest, session: RoomSession) => Promise<Refusal | undefined>;

export interface EnterHandlerParts {
  coordinator: Coordinator<Room, RoomView>;
  /** Asks whether a connection is alive. */
  bus: Pick<MessageBus<unknown>, 'isAlive'>;
  failures: FailureLimiter;
  iceServers: IceServers;
  rate: Rate;
  settings: { heartbeatMs: number; graceMs: number; yieldMs: number };
  isDraining: () => boolean;
  /** Default: everybody may. */
  mayEnter?: MayEnter | undefined;
}

type Seated = Extract<Entry, { role: string }>;
type Outcome = Entry | { status: 'refused'; refusal: Refusal };

export function createEnterHandler(parts: EnterHandlerParts) {
  const { coordinator, bus, failures, iceServers, rate, settings, isDraining, mayEnter } = parts;
  const { graceMs, yieldMs } = settings;
  const times = { heartbeatMs: settings.heartbeatMs, graceMs };

  return async function handleEnter(session: RoomSession, args: readonly unknown[], event: string) {
    const { claim } = session;
    const ack = findAck(args);
    // [R29]
    const waitMs = claim.isHolder ? 0 : failures.msUntil(session);
    if (waitMs > 0) return refuse(session, event, refusals.tryLater(waitMs), ack);
    const request = parseEnter(args);
    if (!request.ok) {
      failures.countFailure(session);
      return refuse(session, event, request.refusal, ack);
    }
    const { channel, written } = request.value;
    if (claim.isHolder && claim.key !== channel) {
      return refuse(session, event, refusals.hasSeat(session.written), ack);
    }
    if (isDraining()) return refuse(session, event, refusals.draining(), ack);
    try {
      await giveUpUnknown(session, channel);
      const isUnknown = claim.key === channel && !claim.isHolder;
      claim.ask(channel);
      const entry = await takeSeat(session, request.value, ack)
        .catch((cause: unknown) => {
          if (cause instanceof NothingAsked && !isUnknown) claim.drop();
          throw cause;
        })
        .finally(() => {
          claim.settle();
        });
      if (!('role' in entry)) {
        failures.countFailure(session);
        if (!isUnknown) claim.drop();
      }
      session.log.debug({ channel }, 'create or join: %s', entry.status);
      if (entry.status === 'ended') refuse(session, event, refusals.ended(), ack);
      if (entry.status === 'stale') refuse(session, event, refusals.stale(), ack);
      if (entry.status === 'refused') refuse(session, event, entry.refusal, ack);
      if (entry.status !== 'full') return;
      const { retryInMs } = entry;
      ack?.({ status: 'full', peer: null, ...times, ...(retryInMs !== undefined && { retryInMs }) });
      session.tellFull(written);
    } catch (cause) {
      ack?.(refused(refusals.unavailable()));
      throw cause;
    }
  };

  /** A request for another channel was never answered: what came of it is given up first. */
  async function giveUpUnknown({ claim, id }: RoomSession, channel: ChannelName): Promise<void> {
    if (claim.isHolder || claim.key === undefined || claim.key === channel) return;
    await coordinator.transact([claim.key], onRoom(vanish(id, graceMs)), { isFencing: true });
    claim.drop();
  }

  async function takeSeat(session: RoomSession, request: EnterRequest, ack?: EnterAck): Promise<Outcome> {
    const { claim, id } = session;
    const { channel, written, options } = request;
    const entrant: Entrant = {
      peer: id,
      channel: written,
      ...requestNumberOf(options),
      ...hashTokens(options),
    };
    const ask = async (): Promise<Outcome> => {
      const wasTold = claim.view !== undefined;
      const entry = await coordinator.request<Outcome>(claim, {
        keys: [channel],
        rule: onRoom(enter(entrant, graceMs, yieldMs)),
        ...(mayEnter && { mayEnter: () => denialOf(mayEnter(request, session)) }),
        granted: (outcome) => {
          if (!('role' in outcome)) return;
          claim.grant(outcome.status === 'resumed' ? outcome.known : undefined);
          ack?.({ ...answerTo(outcome, id), ...(options.resume && grantOf(rate)) });
        },
      });
      if ('isRepeat' in entry && wasTold) session.repeatEntered();
      return entry;
    };
    let entry = await ask();
    if (entry.status === 'full' && (await mayHaveChanged(channel, entry.holders))) entry = await ask();
    return entry;
  }

  /**
   * Probes the connections inside; dead ones are lost. The lease of a node that did not answer may have expired
   * meanwhile. [R25] [R32]
   */
  async function mayHaveChanged(channel: ChannelName, holders: readonly PeerId[]): Promise<boolean> {
    const probes = holders.map(async (peer) => {
      const askedAt = performance.now();
      const isAlive = await bus.isAlive(peer);
      const silentMs = Math.min(Math.round(performance.now() - askedAt), probeMs);
      if (isAlive === false) await coordinator.transact([channel], onRoom(vanish(peer, graceMs, silentMs)));
      return isAlive !== true;
    });
    return (await Promise.all(probes)).includes(true);
  }

  /** [R6] [R30] */
  function answerTo({ status, role, peer }: Seated, id: PeerId): EnterAnswer {
    return { status, role, peer, ...times, ...iceServers.give(wireId(id)) };
  }

  function refused({ code, message, retryInMs }: Refusal): EnterAnswer {
    const retry = retryInMs !== undefined && { retryInMs };
    return { status: 'refused', peer: null, ...times, code, message, ...retry };
  }

  function refuse(session: RoomSession, event: string, refusal: Refusal, ack?: EnterAck): void {
    ack?.(refused(refusal));
    session.refuse(event, refusal);
  }
}

async function denialOf(answer: Promise<Refusal | undefined>): Promise<Outcome | undefined> {
  const refusal = await answer;
  return refusal && { status: 'refused', refusal };
}
