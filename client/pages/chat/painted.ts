// Waits until what was written to the page can be seen: a prompt stops the page, painting included.

/** A page that cannot be seen is not painted; then this is long enough. */
const atMostMs = 300;

export function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, atMostMs);
    requestAnimationFrame(() => {
      // The second frame starts once the first one has been handed to the screen.
      requestAnimationFrame(() => setTimeout(resolve, 0));
    });
  });
}
