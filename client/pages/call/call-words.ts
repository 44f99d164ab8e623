// What is happening in a call, in words. Pure: from what the call and its channel say of themselves.
import type { CallState, ChannelState, EndedBy, PeerPresence, Route } from '../../index.js';

export interface CallFacts {
  state: CallState;
  /** Why it failed, as a sentence. */
  failure?: string | undefined;
  endedBy?: EndedBy | undefined;
  /** The server has thrown this side out. */
  isExpelled: boolean;
  route?: Route | undefined;
  /** The connection to the server. */
  server: ChannelState;
  /** The other side's connection to the server. */
  peer: PeerPresence;
  /** Somebody else was in this call before. */
  hasMet: boolean;
  /** The other person's name, where one is known. */
  other?: string | undefined;
  /** What comes from the other side. */
  isSeen: boolean;
  isHeard: boolean;
}

export interface CallWords {
  sentence: string;
  /** What is worth knowing beside it; mostly empty. */
  note: string;
  /** `busy`: something is under way; `bad`: a person may have to do something. */
  tone: 'calm' | 'busy' | 'good' | 'bad';
}

export function wordsOf(facts: CallFacts): CallWords {
  const { state, server } = facts;
  switch (state) {
    case 'starting':
      return busy('Getting ready');
    case 'waiting':
      return server === 'open' ? waiting(facts) : withoutServer(facts);
    case 'connecting':
      if (server !== 'open') return withoutServer(facts);
      return facts.peer === 'away' ? busy(theirDrop(facts)) : busy('Connecting');
    case 'connected':
      return connected(facts);
    case 'reconnecting':
      return seeking(facts);
    case 'ended':
      return { sentence: ending(facts), note: '', tone: 'calm' };
    case 'failed':
      return { sentence: facts.failure ?? 'The call has failed', note: '', tone: 'bad' };
  }
}

function waiting({ peer, hasMet, other }: CallFacts): CallWords {
  if (peer === 'away') return busy(theirDrop({ other }));
  if (!hasMet) return busy(`Waiting for ${other ?? 'the other person'}`);
  return busy(`${other ?? 'The other person'} has left. Waiting for somebody to come`);
}

function withoutServer({ server }: CallFacts): CallWords {
  return server === 'closed'
    ? { sentence: 'The connection to the server is over', note: '', tone: 'bad' }
    : busy('The connection to the server is lost; trying again');
}

function connected(facts: CallFacts): CallWords {
  const { server, peer, route } = facts;
  const note = silence(facts);
  if (server !== 'open') {
    const end = server === 'closed' ? 'over' : 'lost';
    return { sentence: `The connection to the server is ${end}; the call goes on`, note, tone: 'busy' };
  }
  if (peer !== 'here') {
    return { sentence: 'Their connection to the server is lost; the call goes on', note, tone: 'busy' };
  }
  return { sentence: connectedBy(route), note, tone: 'good' };
}

function connectedBy(route: Route | undefined): string {
  switch (route) {
    case 'direct':
      return 'Connected, direct';
    case 'relay':
      return 'Connected, through a relay';
    case undefined:
      return 'Connected';
  }
}

function seeking(facts: CallFacts): CallWords {
  if (facts.server !== 'open') {
    return busy('The connection is lost; trying again');
  }
  switch (facts.peer) {
    case 'here':
      return busy('Looking for a new path');
    case 'away':
      return busy(theirDrop(facts));
    case 'gone':
      return waiting({ ...facts, hasMet: true });
  }
}

function theirDrop({ other }: Pick<CallFacts, 'other'>): string {
  return other === undefined
    ? 'Their connection dropped, waiting'
    : `The connection of ${other} dropped, waiting`;
}

function ending({ endedBy, isExpelled, other }: CallFacts): string {
  if (isExpelled) return 'The server has ended the call';
  switch (endedBy) {
    case 'other':
      return `${other ?? 'The other person'} has hung up`;
    case 'taken-over':
      return 'The call goes on in another window';
    case 'me':
    case undefined:
      return 'You have hung up';
  }
}

/** Nothing comes: whether by choice or by a broken cable cannot be seen from here. */
function silence({ isSeen, isHeard }: CallFacts): string {
  if (isSeen && isHeard) return '';
  if (isHeard) return 'Their camera is off';
  return isSeen ? 'Their microphone is off' : 'Their camera and microphone are off';
}

function busy(sentence: string): CallWords {
  return { sentence, note: '', tone: 'busy' };
}
