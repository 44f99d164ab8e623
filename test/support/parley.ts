// A parley of one test's own: on a free port, without a log and limits, closed when the test is over. Leaves clients to others.
import { onTestFinished } from 'vitest';
import { createParley, type Parley, type ParleyOptions } from '../../server/create-parley.js';
import { findFreePort } from './free-port.js';

export interface StartedParley {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  url: string;
  port: number;
  /** The port of the calls, when they have one of their own. */
  callsPort: number | undefined;
  parley: Parley;
}

/** Call it inside a test; its end closes the server, after the clients that were opened later. */
export async function startParley(options: ParleyOptions = {}): Promise<StartedParley> {
  const ownPorts = options.server
    ? {}
    : { port: await findFreePort(), callsPort: await findFreePort(), host: '127.0.0.1' };
  const parley = createParley({
    logLevel: 'silent',
    rateLimit: 0,
    rateLimitBytes: 0,
    maxConnectionsPerAddress: 0,
    ...ownPorts,
    ...options,
  });
  onTestFinished(() => parley.close());
  const { port, isTls, callsPort } = await parley.listen();
  return { url: `${isTls ? 'https' : 'http'}://127.0.0.1:${port}`, port, callsPort, parley };
}
