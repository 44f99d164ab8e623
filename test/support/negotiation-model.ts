// A small model of RTCPeerConnection as WebRTC 1.0, section 4, has it, for the negotiation's property test: states,
// rollback, what is needed, restarts, candidates of a generation. Operations end when the test says so.
//
// Descriptions name no candidates: each has to travel by itself. After a rollback some browsers leave out of the next
// description what they found meanwhile, so that nobody may count on it.

/** What a description says, as JSON in its `sdp`. */
export interface Said {
  id: string;
  /** Names the generation of its candidates. */
  ufrag: string;
  /** What this side sends on each line; null: nothing. Lines never become fewer. */
  lines: (string | null)[];
}

export interface ModelEvents {
  onNeeded: () => void;
  onCandidate: (candidate: RTCIceCandidateInit) => void;
  /** A description is set; the one that was made here comes with it. */
  onDone: (made?: RTCSessionDescriptionInit) => void;
}

export interface ConnectionModel {
  readonly signaling: 'stable' | 'have-local-offer' | 'have-remote-offer';
  readonly isIdle: boolean;
  /** What both have agreed on, as far as this side knows. */
  readonly agreed: { offer: string; answer: string } | undefined;
  /** What the other side sends. */
  readonly heard: string[];
  /** Its own current generation, and all that it has found for it. */
  readonly found: { ufrag: string | undefined; candidates: string[] };
  /** The other's current generation, and what of it was added. */
  readonly added: { ufrag: string | undefined; candidates: string[] };
  readonly isNeeded: boolean;
  send(item: string): void;
  sendNoMore(item: string): void;
  restartIce(): void;
  setLocal(): void;
  setRemote(description: RTCSessionDescriptionInit): void;
  addCandidate(candidate: RTCIceCandidateInit): void;
  /** The next of these happens, if there is one. */
  finish(): boolean;
  gather(): boolean;
  raise(): boolean;
}

interface Pair {
  type: 'offer' | 'answer';
  said: Said;
}

interface Operation {
  is: 'description' | 'candidate';
  begin: () => void;
  end: () => void;
}

/** The last is the empty one, with which Firefox ends a generation. */
const texts = ['host', 'relay', ''];

export function createConnectionModel(name: string, events: ModelEvents): ConnectionModel {
  const items = new Set<string>();
  const operations: Operation[] = [];
  const found = new Map<string, string[]>();
  const added = new Map<string, string[]>();
  let signaling: ConnectionModel['signaling'] = 'stable';
  let made = 0;
  let local: Pair | undefined;
  let remote: Pair | undefined;
  let pending: Pair | undefined;
  let toReplace = new Set<string>();
  let isFlagged = false;
  let isCheckDue = false;

  function place(before: readonly (string | null)[], size: number, canGrow: boolean): (string | null)[] {
    const lines = Array.from({ length: Math.max(size, before.length) }, (_, index) => {
      const item = before[index] ?? null;
      return item !== null && items.has(item) ? item : null;
    });
    for (const item of items) {
      if (lines.includes(item)) continue;
      const free = lines.indexOf(null);
      if (free >= 0) lines[free] = item;
      else if (canGrow) lines.push(item);
    }
    return lines;
  }

  function say(isOffer: boolean): Pair {
    const asked = isOffer ? undefined : pending?.said;
    const size = asked?.lines.length ?? remote?.said.lines.length ?? 0;
    const isNew = isOffer ? toReplace.size > 0 : asked?.ufrag !== remote?.said.ufrag;
    const id = `${name}${++made}`;
    const ufrag = local && !isNew ? local.said.ufrag : `${id} ufrag`;
    const lines = place(local?.said.lines ?? [], size, isOffer);
    return { type: isOffer ? 'offer' : 'answer', said: { id, ufrag, lines } };
  }

  function settle(ours: Pair | undefined, theirs: Pair | undefined): void {
    local = ours;
    remote = theirs;
    pending = undefined;
    signaling = 'stable';
    if (!toReplace.has(local?.said.ufrag ?? '')) toReplace = new Set();
    isFlagged = false;
    isCheckDue = true;
  }

  function applyLocal(description: Pair): void {
    if (signaling === 'have-remote-offer') {
      settle(description, pending);
    } else {
      signaling = 'have-local-offer';
      pending = description;
    }
    if (!found.has(description.said.ufrag)) found.set(description.said.ufrag, []);
    events.onDone({ type: description.type, sdp: JSON.stringify(description.said) });
  }

  function applyRemote(description: Pair): void {
    const { lines } = description.said;
    if (description.type === 'answer') {
      if (signaling !== 'have-local-offer') throw new Error(`${name} has no offer for this answer`);
      if (lines.length !== pending?.said.lines.length) throw new Error(`${name} has asked something else`);
      settle(pending, description);
    } else {
      if (signaling === 'have-remote-offer') throw new Error(`${name} has an offer already`);
      if (lines.length < (local?.said.lines.length ?? 0)) throw new Error(`${name} misses lines`);
      signaling = 'have-remote-offer';
      pending = description;
    }
    events.onDone();
  }

  /** One operation after the other (section 4.4.1.2). */
  function join(is: Operation['is'], end: () => void, begin = (): void => {}): void {
    if (is === 'description' && operations.some((operation) => operation.is === is)) {
      throw new Error(`${name} does two things at once`);
    }
    operations.push({ is, begin, end });
    if (operations.length === 1) begin();
  }

  function theirGenerations(): (string | undefined)[] {
    return [remote?.said.ufrag, signaling === 'have-remote-offer' ? pending?.said.ufrag : undefined];
  }

  function myGenerations(): (string | undefined)[] {
    return [signaling === 'have-local-offer' ? pending?.said.ufrag : undefined, local?.said.ufrag];
  }

  function isNeeded(): boolean {
    const lines = local?.said.lines ?? [];
    return toReplace.size > 0 || place(lines, 0, true).some((item, index) => item !== (lines[index] ?? null));
  }

  return {
    get signaling() {
      return signaling;
    },
    get isIdle() {
      return operations.length === 0;
    },
    get agreed() {
      if (!local || !remote) return undefined;
      const [offer, answer] = local.type === 'offer' ? [local, remote] : [remote, local];
      return { offer: offer.said.id, answer: answer.said.id };
    },
    get heard() {
      return (remote?.said.lines ?? []).filter((item) => item !== null).sort();
    },
    get found() {
      const ufrag = local?.said.ufrag;
      return { ufrag, candidates: found.get(ufrag ?? '') ?? [] };
    },
    get added() {
      const ufrag = remote?.said.ufrag;
      return { ufrag, candidates: added.get(ufrag ?? '') ?? [] };
    },
    get isNeeded() {
      return isNeeded();
    },
    send(item) {
      items.add(item);
      isCheckDue = true;
    },
    sendNoMore(item) {
      items.delete(item);
      isCheckDue = true;
    },
    restartIce() {
      toReplace = new Set(myGenerations().filter((ufrag) => ufrag !== undefined));
      isCheckDue = true;
    },
    setLocal() {
      let description: Pair | undefined;
      const begin = (): void => {
        description = say(signaling !== 'have-remote-offer');
      };
      join('description', () => description && applyLocal(description), begin);
    },
    setRemote({ type, sdp = '' }) {
      const said = JSON.parse(sdp) as Said;
      join('description', () => {
        applyRemote({ type: type === 'offer' ? 'offer' : 'answer', said });
      });
    },
    addCandidate({ candidate = '', usernameFragment }) {
      join('candidate', () => {
        // Otherwise the browser refuses it.
        if (!usernameFragment || !theirGenerations().includes(usernameFragment)) return;
        added.set(usernameFragment, [...(added.get(usernameFragment) ?? []), candidate]);
      });
    },
    finish() {
      const operation = operations.shift();
      if (!operation) return false;
      operations[0]?.begin();
      operation.end();
      return true;
    },
    gather() {
      for (const usernameFragment of myGenerations()) {
        const known = found.get(usernameFragment ?? '') ?? texts;
        const candidate = texts[known.length];
        if (usernameFragment === undefined || candidate === undefined) continue;
        found.set(usernameFragment, [...known, candidate]);
        events.onCandidate({ candidate, usernameFragment });
        return true;
      }
      return false;
    },
    raise() {
      if (!isCheckDue || operations.length > 0 || signaling !== 'stable') return false;
      isCheckDue = false;
      const wasFlagged = isFlagged;
      isFlagged = isNeeded();
      if (isFlagged && !wasFlagged) events.onNeeded();
      return true;
    },
  };
}
