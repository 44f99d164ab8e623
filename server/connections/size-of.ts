// How large a value that came in is, roughly: the UTF-8 bytes of its texts, the bytes of its binary data, and eight
// for everything else in it.
const bytesOfAnother = 8;

/** Walks without recursion: a value nested 100,000 deep must not end the process. */
export function sizeOf(value: unknown): number {
  const open: unknown[] = [value];
  let bytes = 0;
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') {
      bytes += Buffer.byteLength(next);
      continue;
    }
    bytes += bytesOfAnother;
    if (typeof next !== 'object' || next === null) continue;
    if (next instanceof ArrayBuffer || ArrayBuffer.isView(next)) bytes += next.byteLength;
    else if (Array.isArray(next)) for (const child of next) open.push(child);
    else for (const [key, child] of Object.entries(next)) open.push(key, child);
  }
  return bytes;
}
