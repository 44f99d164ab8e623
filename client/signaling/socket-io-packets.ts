// The packets of the Socket.IO protocol, version 5, as far as this library needs them: the default namespace, and no
// binary data. https://github.com/socketio/socket.io-protocol

export type Packet =
  | { is: 'connected' }
  | { is: 'refused'; why: string }
  | { is: 'disconnected' }
  | { is: 'event'; args: unknown[] }
  | { is: 'ack'; id: number; args: unknown[] };

export const disconnectPacket = '1';

export function writeConnect(auth: object): string {
  return `0${JSON.stringify(auth)}`;
}

/** @param id of the acknowledgement that is asked for */
export function writeEvent(args: readonly unknown[], id?: number): string {
  return `2${id ?? ''}${JSON.stringify(args)}`;
}

/** Undefined: it is none of these, or makes no sense. */
export function readPacket(text: string): Packet | undefined {
  const [, type, id = '', json = ''] = /^(\d)(\d*)(.*)$/s.exec(text) ?? [];
  try {
    const body: unknown = json === '' ? undefined : JSON.parse(json);
    if (type === '0') return { is: 'connected' };
    if (type === '1') return { is: 'disconnected' };
    if (type === '4') return { is: 'refused', why: String((body as { message?: unknown } | null)?.message) };
    if (!Array.isArray(body)) return undefined;
    if (type === '2') return { is: 'event', args: body };
    return type === '3' ? { is: 'ack', id: Number(id), args: body } : undefined;
  } catch {
    return undefined;
  }
}
