// Hands a text to the person as a file to keep. Works under the strict content policy: nothing is loaded or opened.

/** Until a browser has begun to read: some ask the person first where to put it. */
const readWithinMs = 60_000;

export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, readWithinMs);
}
