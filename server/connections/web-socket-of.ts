// The WebSocket under an Engine.IO connection, which Engine.IO does not show in its types.
import type { Socket as EngineSocket } from 'engine.io';
import { WebSocket } from 'ws';

/** @returns undefined for long-polling */
export function webSocketOf({ transport }: Pick<EngineSocket, 'transport'>): WebSocket | undefined {
  return 'socket' in transport && transport.socket instanceof WebSocket ? transport.socket : undefined;
}
