// What has to be ended when the run is over, however it ends: the last thing that was begun first.
type Ending = () => Promise<void> | void;

const endings: Ending[] = [];

/** Returns the function that does it now, and not a second time at the end. */
export function whenOver(end: Ending): () => Promise<void> {
  endings.push(end);
  return async () => {
    const index = endings.indexOf(end);
    if (index === -1) return;
    endings.splice(index, 1);
    await end();
  };
}

/** Also while it is under way: then the second call ends what the first one has not begun to end. */
export async function endAll(): Promise<void> {
  for (let end = endings.pop(); end; end = endings.pop()) {
    try {
      await end();
    } catch (cause) {
      process.stderr.write(`bench: ${String(cause)}\n`);
    }
  }
}
