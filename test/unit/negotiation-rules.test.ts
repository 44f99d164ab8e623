// Who offers when, whose offer gives way, which candidates wait: event by event, and what is done at each.
import { describe, expect, it } from 'vitest';
import {
  beginNegotiation,
  negotiate,
  type NegotiationEffect,
  type NegotiationEvent,
} from '../../client/call/negotiation-rules.js';

const needed: NegotiationEvent = { kind: 'needed' };
const done: NegotiationEvent = { kind: 'done' };
const undone: NegotiationEvent = { kind: 'undone' };

function made(type: 'offer' | 'answer'): NegotiationEvent {
  return { kind: 'done', description: { type, sdp: 'own' } };
}

function hears(type: 'offer' | 'answer', sdp = 'theirs'): NegotiationEvent {
  return { kind: 'received', signal: { description: { type, sdp } } };
}

function finds(candidate: string): NegotiationEvent {
  return { kind: 'received', signal: { candidate: { candidate } } };
}

/** What is done at each event, in short. */
function play(isPolite: boolean, events: NegotiationEvent[]): string[] {
  let negotiation = beginNegotiation(isPolite);
  return events.map((event) => {
    const step = negotiate(negotiation, event);
    negotiation = step.negotiation;
    return step.effects.map(inShort).join(', ');
  });
}

function inShort(effect: NegotiationEffect): string {
  switch (effect.do) {
    case 'accept':
      return `accept ${effect.description.type}`;
    case 'send':
      return `send ${effect.description.type}`;
    case 'add':
      return `add ${effect.candidate.candidate ?? ''}`;
    case 'offer':
    case 'answer':
      return effect.do;
  }
}

/** Each event, and what is done at it. */
type Story = [NegotiationEvent, string][];

const offering: Story = [
  [needed, 'offer'],
  [made('offer'), 'send offer'],
];
const agreed: Story = [...offering, [hears('answer'), 'accept answer'], [done, '']];
const answering: Story = [
  [hears('offer'), 'accept offer'],
  [done, 'answer'],
  [made('answer'), 'send answer'],
];

describe.each([true, false])('one who is polite: %s', (isPolite) => {
  it.each<[string, Story]>([
    ['offers what is needed, and takes the answer', agreed],
    ['offers again when more is needed later', [...agreed, ...agreed]],
    ['answers an offer', answering],
    ['answers, and then offers', [...answering, ...agreed]],
    [
      'makes one offer of all that is needed while it makes an answer',
      [
        [hears('offer'), 'accept offer'],
        [needed, ''],
        [done, 'answer'],
        [needed, ''],
        [made('answer'), 'send answer, offer'],
        [made('offer'), 'send offer'],
      ],
    ],
    [
      'has one offer out at a time',
      [...offering, [needed, ''], [hears('answer'), 'accept answer'], [done, 'offer']],
    ],
    [
      'answers the next offer when the answer before is out',
      [
        [hears('offer', '1'), 'accept offer'],
        [hears('offer', '2'), ''],
        [done, 'answer'],
        [made('answer'), 'send answer, accept offer'],
        [done, 'answer'],
      ],
    ],
    ['does not know what to do with an answer to nothing', [[hears('answer'), ''], ...answering]],
    [
      'adds candidates at once when there is a description',
      [...answering, [finds('a'), 'add a'], [finds(''), 'add ']],
    ],
    [
      'keeps candidates that come before any description, in order',
      [
        [finds('a'), ''],
        [finds('b'), ''],
        [hears('offer'), 'accept offer'],
        [finds('c'), ''],
        [done, 'add a, add b, answer'],
        [made('answer'), 'send answer, add c'],
        [finds('d'), 'add d'],
      ],
    ],
    [
      'keeps candidates that come before the answer',
      [
        ...offering,
        [finds('a'), ''],
        [hears('answer'), 'accept answer'],
        [finds('b'), ''],
        [done, 'add a, add b'],
      ],
    ],
    [
      'adds candidates in their turn, after the description that came before them',
      [
        ...agreed,
        [needed, 'offer'],
        [finds('old'), ''],
        [hears('answer'), ''],
        [finds('new'), ''],
        [made('offer'), 'send offer, add old, accept answer'],
        [done, 'add new'],
      ],
    ],
    [
      'forgets an offer that could not be made',
      [
        [needed, 'offer'],
        [undone, ''],
        [needed, 'offer'],
      ],
    ],
    [
      'goes on with what was heard after an offer that could not be taken',
      [
        [hears('offer', 'nonsense'), 'accept offer'],
        [finds('a'), ''],
        [undone, ''],
        [hears('offer'), 'accept offer'],
        [done, 'add a, answer'],
      ],
    ],
    [
      'may offer again after an answer that could not be taken',
      [...offering, [hears('answer', 'nonsense'), 'accept answer'], [undone, ''], [needed, 'offer']],
    ],
  ])('%s', (_fact, story) => {
    expect(
      play(
        isPolite,
        story.map(([event]) => event),
      ),
    ).toEqual(story.map(([, effects]) => effects));
  });
});

describe('when two offers cross', () => {
  it.each<[string, boolean, Story]>([
    [
      'the polite one gives way, and asks again for what is still missing',
      true,
      [
        ...offering,
        [hears('offer'), 'accept offer'],
        [done, 'answer'],
        [made('answer'), 'send answer'],
        ...agreed,
      ],
    ],
    [
      'the polite one gives way also with the offer that it is making',
      true,
      [
        [needed, 'offer'],
        [hears('offer'), ''],
        [made('offer'), 'send offer, accept offer'],
        [done, 'answer'],
      ],
    ],
    [
      'the impolite one passes the other over, and takes the answer to its own',
      false,
      [...offering, [hears('offer'), ''], [hears('answer'), 'accept answer'], [done, ''], ...answering],
    ],
    [
      'the impolite one passes it over also while it makes its own',
      false,
      [
        [needed, 'offer'],
        [hears('offer'), ''],
        [made('offer'), 'send offer'],
      ],
    ],
    [
      'the impolite one still adds candidates: they may be of the path that both have',
      false,
      [...answering, ...offering, [hears('offer'), ''], [finds('a'), 'add a']],
    ],
    [
      'the answer to an offer that has given way means nothing',
      true,
      [
        ...offering,
        [hears('offer'), 'accept offer'],
        [hears('answer'), ''],
        [done, 'answer'],
        [made('answer'), 'send answer'],
      ],
    ],
  ])('%s', (_fact, isPolite, story) => {
    expect(
      play(
        isPolite,
        story.map(([event]) => event),
      ),
    ).toEqual(story.map(([, effects]) => effects));
  });
});
