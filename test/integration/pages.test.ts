// The pages and where they are: by their plain names, under the base path too, with the strict policy.
import { describe, expect, it } from 'vitest';
import { ask } from '../support/http-ask.js';
import { startParley } from '../support/parley.js';

const pages = [
  ['/call', 'call-page'],
  ['/phone', 'phone-page'],
] as const;

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
