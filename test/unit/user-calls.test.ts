// Calls that this side leaves while the line is down: the server hears of it on the return, and nothing rings twice.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { OngoingCall } from '../../server/protocol/user-messages.js';
import { settle } from '../support/held-clock.js';
import { openUserCalls } from '../support/user-calls.js';

const offerOf = (name: string) => ({ type: 'offer', name, offer: { parley: { me: `${name} 1` } } }) as const;
const called = (name: string): OngoingCall => ({ name, state: 'called' });

/** Bob rings, the line goes down, and ann declines. */
async function declineWhileDown() {
  const scene = openUserCalls();
  scene.hear(offerOf('bob'));
  scene.lose();
  scene.rings[0]?.decline();
  await scene.rings[0]?.ended;
  return scene;
}

describe('[U23] a call that was declined while the line was down', () => {
  it('is left on the return, and does not ring again', async () => {
    const scene = await declineWhileDown();
    scene.comeBack(called('bob'));
    scene.hear(offerOf('bob'));
    expect([scene.said, scene.names()]).toEqual([['leave bob'], ['bob']]);
  });

  it.each([
    ['the same person calls again later', 'bob'],
    ['somebody else calls', 'cy'],
  ])('is forgotten then: %s, and it rings', async (_what, name) => {
    const scene = await declineWhileDown();
    scene.comeBack(called('bob'));
    scene.hear(offerOf('bob'));
    scene.hear(offerOf(name));
    expect([scene.said, scene.names()]).toEqual([['leave bob'], ['bob', name]]);
  });

  it.each([
    ['in no call', null],
    ['called by somebody else', called('cy')],
    ['unknown to the server', undefined],
  ])('is forgotten when this side finds itself %s', async (_what, call) => {
    const scene = await declineWhileDown();
    scene.comeBack(call);
    scene.hear(offerOf(call?.name ?? 'bob'));
    expect([scene.said, scene.names()]).toEqual([[], ['bob', call?.name ?? 'bob']]);
  });

  it('is forgotten when the other takes it back before it is heard again', async () => {
    const scene = await declineWhileDown();
    scene.comeBack(called('bob'));
    scene.hear({ type: 'leave', name: 'bob' });
    scene.hear(offerOf('bob'));
    expect([scene.said, scene.names()]).toEqual([[], ['bob', 'bob']]);
  });

  it('is known under any spelling of the name', async () => {
    const scene = openUserCalls();
    scene.hear(offerOf('Zo\u00EB'));
    scene.lose();
    scene.rings[0]?.decline();
    await settle();
    scene.comeBack(called('Zoe\u0308'));
    scene.hear(offerOf('Zoe\u0308'));
    expect([scene.said, scene.rings.length]).toEqual([['leave Zoe\u0308'], 1]);
  });

  it('is taken after all when this side calls back meanwhile', async () => {
    const scene = await declineWhileDown();
    const calling = scene.calls.call('bob', {});
    scene.comeBack(called('bob'));
    scene.hear(offerOf('bob'));
    expect((await calling).peer).toBe('here');
    expect([scene.said.filter((words) => words.startsWith('leave')), scene.names()]).toEqual([[], ['bob']]);
    scene.hear({ type: 'leave', name: 'bob' });
    scene.hear(offerOf('bob'));
    expect(scene.names()).toEqual(['bob', 'bob']);
  });
});

it('a call that rings when the line goes down rings on after the return', () => {
  const scene = openUserCalls();
  scene.hear(offerOf('bob'));
  scene.lose();
  scene.comeBack(called('bob'));
  scene.hear(offerOf('bob'));
  expect([scene.said, scene.names()]).toEqual([[], ['bob']]);
  scene.rings[0]?.accept();
  expect(scene.said[0]).toBe('answer bob');
});

it.each([
  ['in no call', null],
  ['unknown to the server', undefined],
])(
  'a call that is made while the line is down rings on the return, when this side is %s',
  async (_what, call) => {
    const scene = openUserCalls();
    scene.lose();
    const calling = scene.calls.call('bob', {});
    expect(scene.said).toEqual([]);
    scene.comeBack(call);
    scene.hear({ type: 'answer', name: 'bob', answer: { parley: { me: 'bob 1' } } });
    const channel = await calling;
    expect([scene.said, channel.state, channel.peer]).toEqual([['offer bob'], 'open', 'here']);
  },
);

it('a call that is made while the line is down gives way to one that rings here on the return', async () => {
  const scene = openUserCalls();
  scene.lose();
  const calling = scene.calls.call('bob', {});
  scene.comeBack(called('cy'));
  scene.hear(offerOf('cy'));
  await expect(calling).rejects.toMatchObject({ reason: 'in-call' });
  expect([scene.said, scene.names()]).toEqual([[], ['cy']]);
});

it('a call that rang there before the line went down is declined when it rings no more', async () => {
  const scene = openUserCalls();
  const calling = scene.calls.call('bob', {});
  scene.calls.handle({ is: 'message', message: { type: 'users' } });
  scene.lose();
  scene.comeBack(null);
  await expect(calling).rejects.toMatchObject({ reason: 'declined' });
  expect(scene.said).toEqual(['offer bob']);
});

it('a call that was said into a path of which nothing was heard any more rings again on the return', () => {
  const scene = openUserCalls();
  scene.calls.call('bob', {}).catch(() => {});
  expect(scene.checks()).toBe(1);
  scene.lose();
  scene.comeBack(null);
  expect(scene.said).toEqual(['offer bob', 'offer bob']);
});

it('a call that was hung up while the line was down is left on the return, before another one rings', async () => {
  const scene = openUserCalls();
  scene.hear(offerOf('bob'));
  const channel = scene.rings[0]?.accept();
  scene.lose();
  await channel?.close();
  scene.calls.call('cy', {}).catch(() => {});
  scene.said.length = 0;
  scene.comeBack({ name: 'bob', state: 'talking' });
  expect(scene.said).toEqual(['leave bob', 'offer cy']);
});

it.each(['taken', 'declined', 'taken back'])(
  'a call that is %s listens to its signal no more',
  async (how) => {
    const { calls, hear } = openUserCalls();
    const off = new AbortController();
    const calling = calls.call('bob', { signal: off.signal });
    const settled = calling.catch(() => undefined);
    expect(getEventListeners(off.signal, 'abort')).toHaveLength(1);
    if (how === 'taken') hear({ type: 'answer', name: 'bob', answer: { parley: { me: 'bob 1' } } });
    else if (how === 'declined') hear({ type: 'leave', name: 'bob' });
    else off.abort();
    await settled;
    expect(getEventListeners(off.signal, 'abort')).toEqual([]);
  },
);
