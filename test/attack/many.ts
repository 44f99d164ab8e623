// Many connections at a time: opens them, and closes them.
import type { RawHttp } from '../support/raw-http.js';

/** Opens so many, a hundred at a time. */
export async function openAll<Opened>(
  count: number,
  open: (number: number) => Opened | Promise<Opened>,
): Promise<Opened[]> {
  const opened: Opened[] = [];
  while (opened.length < count) {
    const from = opened.length;
    const more = Math.min(100, count - from);
    opened.push(...(await Promise.all(Array.from({ length: more }, (_, index) => open(from + index)))));
  }
  return opened;
}

export async function closeAll(clients: readonly Pick<RawHttp, 'socket' | 'closed'>[]): Promise<void> {
  for (const { socket } of clients) socket.destroy();
  await Promise.all(clients.map(({ closed }) => closed));
}
