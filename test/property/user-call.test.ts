// The call of a user line under random actions: one call at a time, each begun and ended once, and nothing is said of a call
// while this side is not logged in. The seed is printed; `PROPERTY_SEED=<seed>` runs it again.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dueAt, noCall, stepCall } from '../../client/users/user-call-rules.js';
import type { CallAction, CallState, LoginSuccess } from '../../client/users/user-call.js';
import { ChannelFailure } from '../../client/transport/channel-failure.js';
import { inThousands, scaled } from '../support/scale.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? randomInt(2 ** 31));
const runs = scaled(100_000, 3000);

const name = fc.constantFrom('bob', 'cy');
const ring = fc.constantFrom<unknown>(
  { parley: { me: 'b1' } },
  { parley: { me: 'b2', about: 'lunch?' } },
  { parley: { me: 'b1', again: true } },
  'an offer of a tutorial',
);
const failure = new ChannelFailure('closed');

type Message = Extract<CallAction, { is: 'message' }>['message'];

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('offer' as const), name, offer: ring }),
  fc.record({ type: fc.constant('answer' as const), name, answer: ring }),
  fc.record({ type: fc.constant('candidate' as const), name, candidate: ring }),
  fc.record({ type: fc.constant('leave' as const), name }),
  fc.record({
    type: fc.constant('error' as const),
    code: fc.constantFrom(
      'not-online' as const,
      'busy' as const,
      'not-in-call' as const,
      'unavailable' as const,
    ),
    message: fc.constant('No.'),
  }),
  fc.constant({ type: 'users' as const }),
);

const ongoing = fc.option(
  fc.record({ name, state: fc.constantFrom('calling' as const, 'called' as const, 'talking' as const) }),
);

const login: fc.Arbitrary<LoginSuccess> = fc.oneof(
  fc.constant<LoginSuccess>({ type: 'login', success: true, iceServers: [] }),
  ongoing.map((call): LoginSuccess => ({
    type: 'login',
    success: true,
    resumed: true,
    call,
    iceServers: [],
  })),
);

const action: fc.Arbitrary<CallAction> = fc.oneof(
  fc.record({ is: fc.constant('call' as const), name, offer: ring }),
  fc.constant<CallAction>({ is: 'take back' }),
  fc.constant<CallAction>({ is: 'accept', answer: 'an answer' }),
  fc.constant<CallAction>({ is: 'close', failure }),
  { weight: 4, arbitrary: fc.record({ is: fc.constant('message' as const), message }) },
  fc.constant<CallAction>({ is: 'lost' }),
  { weight: 2, arbitrary: fc.record({ is: fc.constant('back' as const), answer: login }) },
  fc.constant<CallAction>({ is: 'due' }),
);

/** What can happen in this state: the program has one call at most, and nothing comes while this side is not logged in. */
function canHappen({ isUp, call }: CallState, { is }: CallAction): boolean {
  if (is === 'call') return call === undefined;
  if (is === 'message' || is === 'lost') return isUp;
  return is !== 'back' || !isUp;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const inside of Object.values(value)) freeze(inside);
  return Object.freeze(value);
}

it(`${inThousands(runs)} lines: one call at a time, begun once and ended once (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60, size: 'max' }), (actions) => {
      let state = noCall;
      let now = 0;
      let isOpen = false;
      let isTaken = false;
      for (const next of [...actions, { is: 'over', failure } satisfies CallAction]) {
        if (!canHappen(state, next)) continue;
        now = next.is === 'due' && dueAt(state) < Infinity ? dueAt(state) : now + 500;
        const step = stepCall(freeze(state), next, now, 'ann 1');
        for (const effect of step.effects) {
          if (effect.do === 'open') {
            expect(isOpen, 'one call at a time').toBe(false);
            [isOpen, isTaken] = [true, false];
          } else if (effect.do === 'end') {
            expect(isOpen, 'only a call that there is ends').toBe(true);
            isOpen = false;
          } else if (effect.do === 'meet') {
            expect([isOpen, effect.isFirst], 'taken once, and met after that').toEqual([true, !isTaken]);
            isTaken = true;
          } else if (effect.do === 'send' && effect.message.type === 'leave') {
            expect(step.state.isUp, 'a leave is not lost').toBe(true);
          }
        }
        state = step.state;
        expect(state.call !== undefined, 'the state knows of the call').toBe(isOpen);
        if (state.call?.is === 'talking') expect(isTaken).toBe(true);
        if (!state.isUp) expect(dueAt(state), 'no timer while it is not logged in').toBe(Infinity);
      }
      expect(isOpen).toBe(false);
    }),
    { seed, numRuns: runs },
  );
});
