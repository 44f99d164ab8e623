// What one trace event shows on the ladder: between whom, and in what words. Pure, for any event of both protocols.
import type { Step, TraceEvent } from './ladder-row.js';
import { readDeed } from './read-deed.js';
import { readAnswer, readQuestion } from './read-housekeeping.js';
import { readRelayed } from './read-relayed.js';

export function readStep({ direction, event, args }: TraceEvent): Step {
  switch (direction) {
    case 'here':
      return { from: 'you', to: 'you', ...readDeed(event, args) };
    case 'out':
      return readRelayed('out', event, args) ?? { from: 'you', to: 'server', ...readQuestion(event, args) };
    case 'in':
      return readRelayed('in', event, args) ?? { from: 'server', to: 'you', ...readAnswer(event, args) };
  }
}
