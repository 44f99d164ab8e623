// Parley mounted into a host's server: it gets each request first, answers its own, and passes the others on unchanged.
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
      // Another parley that was mounted later calls this listener: it stays, and only passes requests on.
      if (!server.listeners('request').includes(onRequest)) return Promise.resolve();
      server.off('request', onRequest);
      for (const listener of hostListeners) server.on('request', listener);
      return Promise.resolve();
    },
  };
}
