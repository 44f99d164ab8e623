// Serves the files of the package from memory, so that a request opens no file, whatever its client does.
import { createHash } from 'node:crypto';
import { readFileSync, statSync, type Stats } from 'node:fs';
import { extname, join } from 'node:path';
import type { RequestHandler } from 'express';

interface BundledFile {
  body: Buffer;
  etag: string;
  extension: string;
  modifiedMs: number;
}

/** `/js/chat-page.js`. No name in the package has other characters, or begins with a dot. */
const plainPath = /^(?:\/[\w-][\w.-]*)+$/;

const goOn: RequestHandler = (_request, _response, next) => {
  next();
};

/** By path on the disk. */
const loaded = new Map<string, BundledFile>();

/**
 * `/` is `index.html`, `/call` is `call.html`. Passes on what is in none of the folders.
 * @param folders of the package: what has been read once stays in memory
 * @param admit decides whether a request for a file is answered, and when; default: always, at once
 */
export function serveBundled(folders: readonly string[], admit: RequestHandler = goOn): RequestHandler {
  return (request, response, next) => {
    const file = ['GET', 'HEAD'].includes(request.method) ? find(folders, request.path) : undefined;
    if (!file) {
      next();
      return;
    }
    void admit(request, response, () => {
      // Browsers revalidate at each load, so that a page and its script have the same version.
      response.type(file.extension).set({ 'Cache-Control': 'no-cache', ETag: file.etag }).send(file.body);
    });
  };
}

function find(folders: readonly string[], path: string): BundledFile | undefined {
  const name = path === '/' ? '/index.html' : path;
  if (!plainPath.test(name)) return undefined;
  const names = extname(name) === '' ? [name, `${name}.html`] : [name];
  for (const folder of folders) {
    for (const each of names) {
      const file = load(join(folder, each));
      if (file) return file;
    }
  }
  return undefined;
}

/** Reads it again only if it has changed, as during development. @returns undefined if there is no such file */
function load(path: string): BundledFile | undefined {
  const stats = statOf(path);
  if (!stats?.isFile()) return undefined;
  const known = loaded.get(path);
  if (known?.modifiedMs === stats.mtimeMs && known.body.length === stats.size) return known;
  const body = readFileSync(path);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const file = { body, etag, extension: extname(path), modifiedMs: stats.mtimeMs };
  loaded.set(path, file);
  return file;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Such as a name that is too long.
    return undefined;
  }
}
