// A copy of what travelled, for showing and saving: plain JSON, without secrets, of a bounded size, safe with any value.

/** Keys whose values nobody sees, in whatever they occur: seats, tokens, passwords of TURN servers. */
const secretKeys = ['seat', 'next', 'token', 'credential'];
const secretInText = new RegExp(`("(?:${secretKeys.join('|')})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi');

/** In a description: with it, and the addresses there, somebody on the way could take part in the checks of ICE (RFC 8839). */
const icePassword = /(a=ice-pwd:)[^\r\n\\"]*/g;

export const hidden = '(hidden)';

const maxDepth = 100;
const maxValues = 50_000;

export function withoutSecrets(values: readonly unknown[]): unknown[] {
  let count = 0;

  function copy(value: unknown, depth: number): unknown {
    if (++count > maxValues || depth > maxDepth) return '…';
    switch (typeof value) {
      case 'string':
        return value.replace(secretInText, `$1"${hidden}"`).replace(icePassword, `$1${hidden}`);
      case 'boolean':
      case 'undefined':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'object':
        return value === null ? null : copyObject(value, depth);
      case 'bigint':
      case 'symbol':
      case 'function':
        return `(${typeof value})`;
    }
  }

  function copyObject(value: object, depth: number): unknown {
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `(${value.byteLength} bytes)`;
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    // Browsers' descriptions and candidates have nothing of their own to list.
    if (writesItself(value)) return copy(value.toJSON(), depth + 1);
    return Object.fromEntries(
      Object.entries(value).map(([key, inside]: [string, unknown]) => [
        key,
        secretKeys.includes(key.toLowerCase()) && inside !== undefined ? hidden : copy(inside, depth + 1),
      ]),
    );
  }

  return values.map((value) => {
    try {
      return copy(value, 0);
    } catch {
      // A getter may do anything.
      return '(unreadable)';
    }
  });
}

function writesItself(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
