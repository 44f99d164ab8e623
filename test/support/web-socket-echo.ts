// A WebSocket server that says everything again, as the one of somebody else's app, and one question to it.
import { WebSocket, type WebSocketServer } from 'ws';

export function echoOn(server: WebSocketServer): WebSocketServer {
  return server.on('connection', (webSocket) => {
    webSocket.on('message', (data) => webSocket.send(data));
  });
}

/** What comes back. @throws when the upgrade is refused */
export function echoOf(port: number, text: string, path = '/echo'): Promise<string> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    webSocket.on('error', reject);
    webSocket.on('open', () => webSocket.send(text));
    webSocket.on('message', (data: Buffer) => {
      webSocket.close();
      webSocket.on('close', () => resolve(data.toString()));
    });
  });
}
