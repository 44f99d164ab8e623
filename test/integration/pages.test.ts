// The pages, their scripts and where they are: by their plain names, under the base path too, with the strict policy.
import { describe, expect, it } from 'vitest';
import { ask } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';

const pages = [
  ['/call', 'call-page'],
  ['/phone', 'phone-page'],
] as const;

describe('the page', () => {
  it('comes with a strict policy that also holds on plain http in a local network', async () => {
    const { port } = await startParley();
    const { status, headers, body } = await ask(port, '/');
    expect(status).toBe(200);
    expect(body).toContain('<!doctype html>');
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|["']javascript:/i);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self)',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = String(headers['content-security-policy']).split(';');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy).not.toContain('upgrade-insecure-requests');
    for (const name of ['x-powered-by', 'strict-transport-security', 'cross-origin-opener-policy']) {
      expect(headers[name]).toBeUndefined();
    }
  });

  it('is asked for each time and sent again only when it has changed', async () => {
    const { port } = await startParley();
    const first = await ask(port, '/');
    const etag = String(first.headers.etag);
    for (const tags of [etag, `"other", W/${etag}`]) {
      const second = await ask(port, '/', { headers: { 'If-None-Match': tags } });
      expect(second).toMatchObject({ status: 304, body: '', headers: { etag, 'cache-control': 'no-cache' } });
    }
    const other = await ask(port, '/call', { headers: { 'If-None-Match': etag } });
    expect(other.status).toBe(200);
  });

  it.each([
    ['/js/chat-page.js', 'same-origin'],
    ['/nothing', 'same-origin'],
    ['/healthz', 'same-origin'],
    ['/parley.js', 'cross-origin'],
    ['/socket.io/socket.io.js', 'cross-origin'],
    ['/socket.io/?EIO=4&transport=polling', 'cross-origin'],
  ])('%s may be loaded by pages that are %s', async (path, policy) => {
    const { port } = await startParley();
    expect((await ask(port, path)).headers['cross-origin-resource-policy']).toBe(policy);
  });

  it.each([
    ['/js/chat-page.js', 'text/javascript'],
    ['/js/chat-page.js.map', 'application/json'],
    ['/styles.css', 'text/css'],
    ['/favicon.svg', 'image/svg+xml'],
    ['/socket.io/socket.io.js', 'text/javascript'],
    ['/socket.io/socket.io.min.js', 'text/javascript'],
  ])('%s is served', async (path, type) => {
    const { port } = await startParley();
    const { status, headers, body } = await ask(port, path);
    expect({ status, type: headers['content-type']?.split(';')[0] }).toEqual({ status: 200, type });
    expect(headers['cache-control']).toBe('no-cache');
    expect(body.length).toBeGreaterThan(100);
    const head = await ask(port, path, { method: 'HEAD' });
    expect({ status: head.status, body: head.body }).toEqual({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe(headers['content-length']);
  });
});

describe.each(pages)('%s', (path, script) => {
  it('is served with the strict policy, and brings its script', async () => {
    const { port } = await startParley();
    const home = await ask(port, '/');
    const { status, headers, body } = await ask(port, path);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(headers['content-security-policy']).toBe(home.headers['content-security-policy']);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['permissions-policy']).toBe(home.headers['permissions-policy']);
    expect(body).toContain(`src="js/${script}.js"`);
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style|["']javascript:/i);
    expect((await ask(port, `/js/${script}.js`)).status).toBe(200);
  });

  it('answers HEAD without a body, and refuses to be written', async () => {
    const { port } = await startParley();
    const { headers } = await ask(port, path);
    const head = await ask(port, path, { method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([
      200,
      '',
      headers['content-length'],
    ]);
    expect((await ask(port, path, { method: 'POST' })).status).toBe(404);
  });

  it('is under BASE_PATH, and nowhere beside it', async () => {
    const { port } = await startParley({ basePath: '/parley' });
    expect((await ask(port, `/parley${path}`)).status).toBe(200);
    expect((await ask(port, path)).status).toBe(404);
    expect((await ask(port, `/parley${path.toUpperCase()}`)).status).toBe(404);
  });

  it('is not served without pages', async () => {
    const { port } = await startParley({ pages: false });
    for (const spelling of [path, `${path}.html`]) expect((await ask(port, spelling)).status).toBe(404);
  });
});
