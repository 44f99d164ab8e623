// A parley that serves the built pages on a free port, for one test.
import { createParley, type ParleyOptions } from '../../server/create-parley.js';

export interface PageServer {
  /** The address of the chat page. */
  url: string;
  port: number;
  close(): Promise<void>;
}

export async function servePages(options: ParleyOptions = {}): Promise<PageServer> {
  const parley = createParley({ port: 0, callsPort: 0, host: '127.0.0.1', logLevel: 'silent', ...options });
  const { port } = await parley.listen();
  return { url: `http://127.0.0.1:${port}/`, port, close: parley.close };
}
