// Engine.IO's long-polling by hand, for packets that have to arrive in one POST.

/** Between the packets of one payload (Engine.IO protocol 4). */
const separator = '\x1e';

export interface RawPolling {
  readonly id: string;
  /** Of Engine.IO: with it a client continues this session. */
  readonly sessionId: string;
  /** Sends all packets in one POST; resolves with the status of the answer. */
  post(...packets: string[]): Promise<number>;
  /** One GET: the packets that were waiting, or the next ones. */
  poll(): Promise<string[]>;
}

/** Opens a session and joins the namespace. */
export async function openRawPolling(url: string): Promise<RawPolling> {
  const address = `${url}/socket.io/?EIO=4&transport=polling`;
  const greeting = await (await fetch(address)).text();
  const { sid } = JSON.parse(greeting.slice(1)) as { sid: string };
  const session = `${address}&sid=${sid}`;

  async function post(...packets: string[]): Promise<number> {
    const response = await fetch(session, {
      method: 'POST',
      body: packets.join(separator),
      headers: { 'Content-Type': 'text/plain' },
    });
    await response.text();
    return response.status;
  }

  async function poll(): Promise<string[]> {
    return (await (await fetch(session)).text()).split(separator);
  }

  await post('40');
  let joined: string | undefined;
  // A ping of Engine.IO may come first.
  while (joined === undefined) joined = (await poll()).find((packet) => packet.startsWith('40'));
  const { sid: id } = JSON.parse(joined.slice(2)) as { sid: string };
  return { id, sessionId: sid, post, poll };
}
