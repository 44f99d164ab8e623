// One plain HTTP request with exactly the headers that a test gives, and the whole answer.
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

export interface HttpAnswer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Ask over TLS, whoever has signed the certificate. */
  isTls?: boolean;
}

/** The headers of a WebSocket handshake. Its answer has the status 101 and no body. */
export const upgradeHeaders = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** @param path is sent as it is, also when it is no well-formed one */
export function ask(port: number, path: string, options: AskOptions = {}): Promise<HttpAnswer> {
  const { method = 'GET', headers = {}, body: sent = '', isTls = false } = options;
  const details: RequestOptions = { port, host: '127.0.0.1', path, method, headers, agent: false };
  return new Promise((resolve, reject) => {
    const request = isTls ? httpsRequest({ ...details, rejectUnauthorized: false }) : httpRequest(details);
    request.on('error', reject);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    request.on('upgrade', (response, socket: Socket) => {
      socket.destroy();
      resolve({ status: response.statusCode, headers: response.headers, body: '' });
    });
    request.end(sent);
  });
}
