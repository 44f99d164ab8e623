// A parley that serves the built pages on a free port, for one test.
import { createParley, type ParleyOptions } from '../../server/create-parley.js';
import { findFreePort } from './free-port.js';

export interface PageServer {
  /** The address of the chat page. */
  url: string;
  port: number;
  /** The address of a call in this channel. */
  callPage(channel: string): string;
  close(): Promise<void>;
}

/** A browser that is set offline may be unable to say so: the server finds out well within the tests' patience. [R16] */
const heartbeatMs = 3000;

export async function servePages(options: ParleyOptions = {}): Promise<PageServer> {
  const ownPorts = { port: await findFreePort(), callsPort: 0, host: '127.0.0.1' };
  const parley = createParley({ ...ownPorts, logLevel: 'silent', heartbeatMs, ...options });
  const { port } = await parley.listen();
  const url = `http://127.0.0.1:${port}/`;
  const callPage = (channel: string): string => `${url}call#${encodeURIComponent(channel)}`;
  return { url, port, callPage, close: parley.close };
}
