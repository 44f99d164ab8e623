// The kinds of values of settings: each function creates a schema from text to value, with a sentence that says what is
// allowed.
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';

export function wholeNumber(min: number, max: number) {
  const message = `has to be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d+$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

export function oneOf<const Options extends readonly string[]>(options: Options) {
  return v.picklist(options, `has to be one of ${options.join(', ')}`);
}

export function yesOrNo() {
  return v.pipe(
    oneOf(['true', 'false', '1', '0']),
    v.transform((text) => text === 'true' || text === '1'),
  );
}

export function onOrOff() {
  return v.pipe(
    oneOf(['on', 'off', 'true', 'false', '1', '0']),
    v.transform((text) => text === 'on' || text === 'true' || text === '1'),
  );
}

/** `/a/b`, or empty; a slash at the end is removed. */
export function path() {
  return v.pipe(
    v.string(),
    v.transform((text) => text.replace(/\/+$/, '')),
    v.regex(/^(\/(?!\.{1,2}(\/|$))[\w.~-]+)*$/, 'has to be a path such as /parley'),
  );
}

export function origins() {
  const message = 'has to be origins such as https://example.org, with commas between them, or *, or null';
  return v.pipe(commaList(), v.array(v.pipe(v.string(), v.check(isOrigin, message))));
}

/** Names of this server as browsers send them, in lower case and without a port; `*`: all. */
export function hostNames() {
  const message =
    'has to be host names such as talk.example.org, without a port, with commas between them, or *';
  return v.pipe(
    commaList(),
    v.array(
      v.pipe(
        v.string(),
        v.transform((text) => (text === '*' ? text : hostNameOf(text))),
        v.check((name) => name !== '', message),
      ),
    ),
  );
}

/** Empty: it is no name. In ASCII, also if it was written in other letters. */
function hostNameOf(text: string): string {
  if (!/^[^\s/?#@:\\*]+$/.test(text) || !URL.canParse(`http://${text}`)) return '';
  return new URL(`http://${text}`).hostname;
}

/** URIs of STUN or TURN servers (RFC 7064, RFC 7065). With one malformed URI a browser refuses the whole call. */
export function iceUrls(scheme: 'stun' | 'turn') {
  const message = `has to be addresses such as ${scheme}:${scheme}.example.org:3478, with commas between them`;
  return v.pipe(
    commaList(),
    v.array(
      v.pipe(
        v.string(),
        v.check((url) => isIceUrl(url, scheme), message),
      ),
    ),
  );
}

function isIceUrl(url: string, scheme: 'stun' | 'turn'): boolean {
  const parts =
    /^(stun|turn)s?:([a-zA-Z\d.-]+|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?(\?transport=(?:udp|tcp))?$/.exec(url);
  if (!parts) return false;
  const [, kind, host = '', port = '1', transport] = parts;
  if (kind !== scheme || (kind === 'stun' && transport !== undefined)) return false;
  return URL.canParse(`http://${host}`) && Number(port) >= 1 && Number(port) <= 65_535;
}

function commaList() {
  return v.pipe(
    v.string(),
    v.transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
  );
}

function isOrigin(text: string): boolean {
  if (text === '*' || text === 'null') return true;
  // Also of extensions and apps, such as `chrome-extension://…`, for which `URL` gives no origin.
  return URL.canParse(text) && /^[a-z][a-z\d+.-]*:\/\/[^/?#@\s]+$/i.test(text);
}

/** 0, or a time that is realistic on a network. */
export function beatMs(min: number, max: number) {
  const message = `has to be 0, or a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d+$/, message),
    v.transform(Number),
    v.check((ms) => ms === 0 || (ms >= min && ms <= max), message),
  );
}

/** Empty, or the address of Redis; `rediss:` is over TLS. */
export function redisUrl() {
  return v.pipe(
    v.string(),
    v.check(
      (url) => url === '' || isRedisUrl(url),
      'has to be an address such as redis://redis.example.org:6379',
    ),
  );
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  return ['redis:', 'rediss:'].includes(protocol) && hostname !== '' && /^(\/\d*)?$/.test(pathname);
}

export function nodeName() {
  return v.pipe(v.string(), v.regex(/^[\w-]{0,32}$/, 'has to be at most 32 letters, digits, - and _'));
}

/** Empty, or a folder that exists. */
export function folder() {
  return v.pipe(
    v.string(),
    v.check((path) => path === '' || isFolder(path), 'has to be a folder that is there'),
  );
}

/** Empty, or a readable PEM file of this kind. */
export function pemFile(kind: string) {
  return v.pipe(
    v.string(),
    v.check((path) => path === '' || isPem(path, kind), `has to be a PEM file with a ${kind} in it`),
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isPem(path: string, kind: string): boolean {
  try {
    return new RegExp(`-----BEGIN [A-Z ]*${kind.toUpperCase()}-----`).test(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
}
