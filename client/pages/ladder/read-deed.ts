// What the library did by itself, and what a call's connection does: notes on one's own lane. Pure.
import type { Step } from './ladder-row.js';
import { preview, words } from './preview.js';

type Deed = Omit<Step, 'from' | 'to'>;

/** States of an ICE connection in which something is wrong. */
const brokenStates: unknown[] = ['disconnected', 'failed'];

export function readDeed(event: string, args: readonly unknown[]): Deed {
  const [about] = args;
  const said = args.map(words).filter(Boolean).join(', ');
  switch (event) {
    case 'connecting':
      return { kind: event, words: 'to the server', gathersAs: event };
    case 'lost':
      return { kind: event, words: said, mark: 'broken', gathersAs: `${event} ${said}` };
    case 'waiting':
      return { kind: event, words: `${seconds(about)} until the next try`, gathersAs: event };
    case 'again':
      return { kind: event, words: `message ${preview(about)} has to go out once more` };
    case 'over':
      // `closed` is one's own doing.
      return about === 'closed' ? { kind: event, words: said } : { kind: event, words: said, mark: 'broken' };
    case 'ice':
      return brokenStates.includes(about)
        ? { kind: event, words: said, mark: 'broken' }
        : { kind: event, words: said };
    case 'route':
      return { kind: event, words: said || 'none any more' };
    case 'candidate error':
      // One for each of this machine's addresses.
      return { kind: event, words: said, mark: 'broken', gathersAs: `${event} ${said}` };
    case 'fault':
      return { kind: event, words: said, mark: 'broken' };
    default:
      return { kind: words(event), words: said };
  }
}

function seconds(ms: unknown): string {
  return typeof ms === 'number' ? `${(ms / 1000).toFixed(1)} s` : preview(ms);
}
