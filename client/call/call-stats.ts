// What a call's connection measures, as plain numbers, and its route: reads a report of the browser, and the one before it
// for the rates.
/** `direct`: from one to the other; `relay`: through a TURN server. */
export type Route = 'direct' | 'relay';

/** Everything is undefined while it cannot be known. Bit rates are since the stats before these. */
export interface CallStats {
  /** Milliseconds on the report's own clock. */
  atMs: number;
  route?: Route | undefined;
  roundTripMs?: number | undefined;
  sentBitsPerSecond?: number | undefined;
  receivedBitsPerSecond?: number | undefined;
  /** Whole bytes since the connection began. */
  sentBytes?: number | undefined;
  receivedBytes?: number | undefined;
  /** Video frames since the connection began. */
  framesSent?: number | undefined;
  framesReceived?: number | undefined;
  receivedFramesPerSecond?: number | undefined;
  /** Pixels of the other side's picture. */
  receivedWidth?: number | undefined;
  receivedHeight?: number | undefined;
  /** Packets of the other side's that did not come, since the connection began. */
  packetsLost?: number | undefined;
  jitterMs?: number | undefined;
  /** `udp` or `tcp`, of this side's end of the path. */
  transport?: string | undefined;
}

/** What of a browser's report is read here; browsers differ in what they fill (https://www.w3.org/TR/webrtc-stats/). */
interface Entry {
  id: string;
  type: string;
  timestamp: number;
  kind?: string;
  state?: string;
  nominated?: boolean;
  /** Firefox only. */
  selected?: boolean;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  candidateType?: string;
  protocol?: string;
  /** Seconds. */
  currentRoundTripTime?: number;
  /** Seconds. */
  jitter?: number;
  bytesSent?: number;
  bytesReceived?: number;
  framesSent?: number;
  framesReceived?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  packetsLost?: number;
}

/** @param report of `RTCPeerConnection.getStats()` */
export function readStats(report: ReadonlyMap<string, unknown>, before?: CallStats): CallStats {
  const entries = [...report.values()] as Entry[];
  const byId = (id: string | undefined): Entry | undefined => entries.find((entry) => entry.id === id);
  const transport = entries.find(({ type }) => type === 'transport');
  const pair = selectedPair(entries, transport?.selectedCandidatePairId);
  const local = byId(pair?.localCandidateId);
  const remote = byId(pair?.remoteCandidateId);
  const sent = entries.filter(({ type }) => type === 'outbound-rtp');
  const received = entries.filter(({ type }) => type === 'inbound-rtp');
  const isVideo = ({ kind }: Entry): boolean => kind === 'video';
  // A track that came and went stays in the report: what is seen is what moves.
  const [seen] = received.filter(isVideo).sort((a, b) => (b.framesPerSecond ?? 0) - (a.framesPerSecond ?? 0));
  const atMs = pair?.timestamp ?? entries[0]?.timestamp ?? 0;
  const stats: CallStats = {
    atMs,
    route: pair && (isRelay(local) || isRelay(remote) ? 'relay' : 'direct'),
    roundTripMs: inMs(pair?.currentRoundTripTime),
    // A pair counts for itself alone. Firefox's transport does not count.
    sentBytes: transport?.bytesSent ?? pair?.bytesSent,
    receivedBytes: transport?.bytesReceived ?? pair?.bytesReceived,
    framesSent: total(sent.filter(isVideo).map(({ framesSent }) => framesSent)),
    framesReceived: total(received.filter(isVideo).map(({ framesReceived }) => framesReceived)),
    receivedFramesPerSecond: seen?.framesPerSecond,
    receivedWidth: seen?.frameWidth,
    receivedHeight: seen?.frameHeight,
    packetsLost: total(received.map(({ packetsLost }) => packetsLost)),
    jitterMs: inMs(received.find(({ jitter }) => jitter !== undefined)?.jitter),
    transport: local?.protocol,
  };
  const seconds = before && (atMs - before.atMs) / 1000;
  return {
    ...stats,
    sentBitsPerSecond: rate(stats.sentBytes, before?.sentBytes, seconds),
    receivedBitsPerSecond: rate(stats.receivedBytes, before?.receivedBytes, seconds),
  };
}

function selectedPair(entries: Entry[], selected: string | undefined): Entry | undefined {
  const pairs = entries.filter(({ type }) => type === 'candidate-pair');
  return (
    pairs.find(({ id }) => id === selected) ??
    pairs.find((pair) => pair.selected) ??
    pairs.find(({ nominated, state }) => nominated && state === 'succeeded')
  );
}

function isRelay(candidate: Entry | undefined): boolean {
  return candidate?.candidateType === 'relay';
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Undefined if the browser has not counted. */
function total(counts: (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length > 0 ? known.reduce((sum, count) => sum + count, 0) : undefined;
}

/** Undefined when there is no time between the two, or when another pair of addresses counts from zero. */
function rate(bytes?: number, bytesBefore?: number, seconds?: number): number | undefined {
  if (bytes === undefined || bytesBefore === undefined || !seconds || bytes < bytesBefore) return undefined;
  return ((bytes - bytesBefore) * 8) / seconds;
}

export interface StatsMonitor {
  readonly route: Route | undefined;
  /** Without a connection: nothing can be known. */
  read(connection: RTCPeerConnection | undefined): Promise<CallStats>;
  /** A report of the same connection that was read elsewhere: for the route only. */
  see(report: ReadonlyMap<string, unknown>): void;
  /** The connection is closed. */
  forget(connection: RTCPeerConnection): void;
}

export function createStatsMonitor(onRoute: (route: Route | undefined) => void): StatsMonitor {
  let last: CallStats | undefined;
  let route: Route | undefined;
  let measured: RTCPeerConnection | undefined;

  function setRoute(now: Route | undefined): void {
    if (route === now) return;
    route = now;
    onRoute(now);
  }

  return {
    get route() {
      return route;
    },
    async read(connection) {
      if (!connection) return { atMs: 0 };
      if (connection !== measured) last = undefined;
      measured = connection;
      const report = await connection.getStats();
      const stats = readStats(report, last);
      if (measured !== connection || connection.connectionState === 'closed') return stats;
      last = stats;
      setRoute(stats.route ?? route);
      return stats;
    },
    see(report) {
      setRoute(readStats(report).route ?? route);
    },
    forget(connection) {
      if (measured === connection) measured = undefined;
      setRoute(undefined);
    },
  };
}
