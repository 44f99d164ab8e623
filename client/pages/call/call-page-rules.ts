// What the page `/call` does when something happens: naming a channel, getting ready, joining, being inside, the end. Pure.
import type { CallPage, CallPageEvent, Deed, NotOpened, Step } from './call-page-states.js';
import { readName } from './channel-name.js';

type NotOpenedEvent = Extract<CallPageEvent, { kind: 'not opened' }>;

const release: Deed = { do: 'release media' };
const askForMedia: Deed = { do: 'ask for media' };
const leave: Deed = { do: 'leave' };
const clear: Deed = { do: 'clear' };
const forget: Deed = { do: 'remember', channel: '' };

/**
 * @param name in the page's address
 * @param wasIn the channel in which this tab was when it was reloaded; empty: none
 */
export function begin(name: string, wasIn: string): Step {
  if (name === '') return stay(naming());
  const read = readName(name);
  if ('problem' in read) return stay(naming(name, read.problem));
  if (read.channel === wasIn) return join(read.channel, [askForMedia], { isReturn: true });
  return getReady(read.channel);
}

export function happen(page: CallPage, event: CallPageEvent): Step {
  switch (event.kind) {
    case 'named':
      return page.phase === 'naming' ? choose(event.name) : stay(page);
    case 'address':
      return goTo(page, event.name);
    case 'join':
      return page.phase === 'ready' ? join(page.channel) : stay(page);
    case 'try again':
      return page.phase === 'refused' ? join(page.channel) : stay(page);
    case 'cancel':
      if (page.phase !== 'joining') return stay(page);
      return { page: { phase: 'ready', channel: page.channel }, deeds: [leave, forget] };
    case 'call again':
      return page.phase === 'over' ? join(page.channel, [clear, askForMedia]) : stay(page);
    case 'other name':
    case 'new call':
      return isIdle(page) ? startAnew() : stay(page);
    case 'lost':
      return page.phase === 'joining' ? stay({ ...joining(page), isUnreachable: true }) : stay(page);
    case 'full':
      return page.phase === 'joining' ? stay({ ...joining(page), line: event.line }) : stay(page);
    case 'opened':
      if (page.phase !== 'joining') return stay(page);
      return stay({ phase: 'inside', channel: page.channel, isAlone: true });
    case 'not opened':
      return page.phase === 'joining' ? hearNotOpened(page.channel, event) : stay(page);
    case 'company':
      return page.phase === 'inside' ? stay({ ...page, isAlone: event.isAlone }) : stay(page);
    case 'hang up':
      return page.phase === 'inside' ? end(page.channel, { mayCallAgain: true }) : stay(page);
    case 'call over':
      if (page.phase !== 'inside') return stay(page);
      return end(page.channel, { mayCallAgain: !event.isTakenOver });
    case 'revived':
      return revive(page);
  }
}

function stay(page: CallPage): Step {
  return { page, deeds: [] };
}

function naming(draft = '', problem = ''): CallPage {
  return { phase: 'naming', draft, problem };
}

function isIdle({ phase }: CallPage): boolean {
  return phase !== 'joining' && phase !== 'inside';
}

function getReady(channel: string, ...before: Deed[]): Step {
  return {
    page: { phase: 'ready', channel },
    deeds: [...before, { do: 'address', channel }, askForMedia],
  };
}

function choose(name: string): Step {
  const read = readName(name);
  return 'problem' in read ? stay(naming(name, read.problem)) : getReady(read.channel);
}

/** The address has changed, by hand or by the Back button. */
function goTo(page: CallPage, name: string): Step {
  const here = page.phase === 'naming' ? '' : page.channel;
  const read = readName(name);
  // As written it may differ from the name in NFC, which is what counts.
  if (name === here || ('channel' in read && read.channel === here)) return stay(page);
  // A call is not left by mistake; a reload leads back into it.
  if (!isIdle(page)) return { page, deeds: [{ do: 'address', channel: here }] };
  if (name === '') return { page: naming(), deeds: [release, clear] };
  if ('problem' in read) return { page: naming(name, read.problem), deeds: [release, clear] };
  return getReady(read.channel, clear);
}

/** On the way in, reached the server, and not in line. */
function joining({ channel, isReturn }: { channel: string; isReturn: boolean }) {
  return { phase: 'joining', channel, isReturn, isUnreachable: false } as const;
}

function join(channel: string, before: readonly Deed[] = [], { isReturn = false } = {}): Step {
  return {
    page: joining({ channel, isReturn }),
    deeds: [...before, { do: 'remember', channel }, { do: 'enter', channel }],
  };
}

const mayRetry: Record<NotOpened, boolean> = {
  unreachable: true,
  other: true,
  'bad-name': false,
  ended: false,
  'taken-over': false,
};

function hearNotOpened(channel: string, { why, sentence }: NotOpenedEvent): Step {
  if (why === 'ended' || why === 'taken-over') {
    const isEnded = why === 'ended';
    const said = isEnded ? 'The other person has hung up' : sentence;
    return {
      page: { phase: 'over', channel, sentence: said, mayCallAgain: isEnded },
      deeds: [release, forget],
    };
  }
  return {
    page: { phase: 'refused', channel, sentence, mayRetry: mayRetry[why] },
    deeds: [forget],
  };
}

/** The screen says why. What this page has opened is closed, whoever ended the call. */
function end(channel: string, { mayCallAgain }: { mayCallAgain: boolean }): Step {
  return {
    page: { phase: 'over', channel, sentence: '', mayCallAgain },
    deeds: [leave, release, forget],
  };
}

function startAnew(): Step {
  return { page: naming(), deeds: [release, clear, { do: 'address', channel: '' }] };
}

function revive(page: CallPage): Step {
  switch (page.phase) {
    case 'joining':
    case 'inside':
      // A new page finds its seat by itself, with nothing left over from the one that died.
      return { page, deeds: [{ do: 'reload' }] };
    case 'ready':
    case 'refused':
      return { page, deeds: [askForMedia] };
    case 'naming':
    case 'over':
      return stay(page);
  }
}
