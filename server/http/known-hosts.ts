// Refuses requests that reach a private address under a host name which anybody can register. A page of another site can
// have its own name resolved to an address in the user's network (DNS rebinding); its requests then look as if they came
// from this server's own page. [R17]
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import proxyAddr from 'proxy-addr';
import { createFaultLog, type Logger } from '../observability/logger.js';
import { refuseUpgrade, type UpgradeTarget } from './upgrade-router.js';

export interface KnownHostsSettings {
  /** Names, or `*` for all. */
  allowedHosts: readonly string[];
  /** The address that the server listens on, which may be a name. */
  host: string;
  trustProxy: boolean;
}

export interface KnownHosts {
  has(request: IncomingMessage): boolean;
  /** Passes a request on, or answers 421 with the setting that would allow it. */
  admit: RequestHandler;
  /** The same for upgrades. */
  admitUpgrade(target: UpgradeTarget): UpgradeTarget;
}

/** With the addresses of carrier-grade NAT (RFC 6598), which VPNs use as well. */
const isPrivate = proxyAddr.compile(['loopback', 'linklocal', 'uniquelocal', '100.64.0.0/10']);

/** Nobody can register a name below these (RFC 6761, RFC 6762, RFC 8375; `internal`: ICANN, 2024). */
const privateDomains = ['.localhost', '.local', '.home.arpa', '.internal'];

/** Of a domain name (RFC 1035, section 3.1). */
const maxNameLength = 253;

const logEveryMs = 60_000;

export function createKnownHosts(settings: KnownHostsSettings, logger: Logger): KnownHosts {
  const listed = new Set([...settings.allowedHosts, settings.host].map((name) => name.toLowerCase()));
  const logRefused = createFaultLog(
    logger,
    'warn',
    'Refused requests for a host name that is not known here. If browsers use this name, add it to ALLOWED_HOSTS; behind a proxy set TRUST_PROXY.',
    {},
    logEveryMs,
  );

  function has({ headers, socket }: IncomingMessage): boolean {
    const { host = '' } = headers;
    // Behind a proxy the name is the proxy's business, with TLS the certificate's. Browsers always send a name.
    if (settings.trustProxy || 'encrypted' in socket || host === '') return true;
    const name = hostNameOf(host);
    if (listed.has('*') || (name !== undefined && (isPrivateName(name) || listed.has(name)))) return true;
    // Without an address it is a Unix socket. Asked last: it is a system call.
    const { localAddress } = socket;
    return localAddress === undefined || !isPrivate(localAddress, 0);
  }

  /** @returns the answer */
  function refuse({ headers }: IncomingMessage): string {
    const name = hostNameOf(headers.host ?? '') ?? '(invalid)';
    logRefused(undefined, { host: name });
    return `This server does not answer to the host name ${name}. If it should, set ALLOWED_HOSTS=${name}, or TRUST_PROXY=true behind a proxy.\n`;
  }

  return {
    has,
    admit(request, response, next) {
      if (has(request)) next();
      else response.status(421).type('text/plain').send(refuse(request));
    },
    admitUpgrade: (target) => (request, socket, head) => {
      if (has(request)) target(request, socket, head);
      else refuseUpgrade(socket, '421 Misdirected Request', refuse(request));
    },
  };
}

/** Addresses cannot be made to mean another host; a name without a dot is of the local network. */
function isPrivateName(name: string): boolean {
  const isAddress = isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  return isAddress || !name.includes('.') || privateDomains.some((domain) => name.endsWith(domain));
}

/** Without the port and without a dot at its end, in lower case. */
function hostNameOf(host: string): string | undefined {
  const url = `http://${host}`;
  const name = URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
  return name === '' || name.length > maxNameLength ? undefined : name;
}
