// Parley inside somebody else's server: it sees each request first, answers its own, and leaves no trace on the rest.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Express } from 'express';
import { whenListening, type HttpContent, type HttpFront } from './http-front.js';
import { routeUpgrades } from './upgrade-router.js';

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

export function mountOn(server: Server | TlsServer, { app, upgrades }: HttpContent): HttpFront {
  const hostListeners = server.listeners('request') as RequestListener[];
  const router = routeUpgrades(server, upgrades);
  let isClosed = false;
  let giveUp = (): void => {};
  const givenUp = new Promise<never>((_resolve, reject) => {
    giveUp = () => {
      reject(new Error('parley was closed before its server listened.'));
    };
  });
  givenUp.catch(() => {});

  function passOn(request: IncomingMessage, response: ServerResponse): void {
    for (const listener of hostListeners) listener.call(server, request, response);
  }

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (isClosed) {
      passOn(request, response);
      return;
    }
    const untouched = { ...response.getHeaders() };
    app(request as Parameters<Express>[0], response as Parameters<Express>[1], () => {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      for (const [name, value] of Object.entries(untouched)) {
        if (value !== undefined) response.setHeader(name, value);
      }
      passOn(request, response);
    });
  }

  server.removeAllListeners('request');
  server.on('request', onRequest);
  return {
    listen: () => Promise.race([whenListening(server), givenUp]),
    close: () => {
      giveUp();
      router.close();
      isClosed = true;
      // Who was mounted later has this listener behind its own: then it stays, and only passes on.
      if (!server.listeners('request').includes(onRequest)) return Promise.resolve();
      server.off('request', onRequest);
      for (const listener of hostListeners) server.on('request', listener);
      return Promise.resolve();
    },
  };
}
