// How many sockets this process may hold: each takes a file descriptor. Without one left, no request is answered any more,
// and no file opened.
import { readFileSync } from 'node:fs';

export interface DescriptorLimit {
  descriptors: number;
  maxSockets: number;
  /** How many of them may be connections of the two protocols. */
  maxConnections: number;
}

/** For Redis, the log, listening sockets and Node.js itself; and a share for the files of a PUBLIC_DIR that are sent. */
const reserved = 64;
const reservedShare = 1 / 8;

/** Of all sockets, a share for requests: also when there are as many connections as there may be, pages are answered. */
const shareOfRequests = 1 / 8;

const fewestSockets = 16;

/** @param descriptors that the process may have */
export function shareDescriptors(descriptors: number): DescriptorLimit {
  const maxSockets = Math.max(fewestSockets, Math.floor(descriptors * (1 - reservedShare)) - reserved);
  return { descriptors, maxSockets, maxConnections: Math.floor(maxSockets * (1 - shareOfRequests)) };
}

/** Undefined: there is none, or it cannot be read, as on other systems than Linux. */
export const descriptorLimit = readLimit();

function readLimit(): DescriptorLimit | undefined {
  try {
    // The soft limit, which Node.js has raised to the hard one.
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? undefined : shareDescriptors(Number(soft));
  } catch {
    return undefined;
  }
}

/** @param settings 0: any number of connections, which stays */
export function withinDescriptors<Settings extends { maxConnections: number }>(
  settings: Settings,
  limit = descriptorLimit,
): Settings {
  const { maxConnections } = settings;
  return limit ? { ...settings, maxConnections: Math.min(maxConnections, limit.maxConnections) } : settings;
}

/** @returns undefined: MAX_CONNECTIONS is within the limit */
export function descriptorWarning(maxConnections: number, limit = descriptorLimit): string | undefined {
  if (!limit || maxConnections <= limit.maxConnections) return undefined;
  const needed = Math.ceil((maxConnections / (1 - shareOfRequests) + reserved) / (1 - reservedShare)) + 8;
  return `MAX_CONNECTIONS is ${maxConnections}, but this process may open ${limit.descriptors} files and sockets: so it accepts ${limit.maxConnections} connections. Set the limit to ${needed} (ulimit -n, or LimitNOFILE in the systemd unit), or lower MAX_CONNECTIONS.`;
}
