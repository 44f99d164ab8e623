// Does what must not be left undone: tries again every second while it fails, as when a store is away.

const retryMs = 1000;

/** @param isOver looked at before each further try: nobody needs it any more */
export async function insist(
  task: () => Promise<unknown>,
  isOver: () => boolean,
  onFault: (cause: unknown) => void,
): Promise<void> {
  for (;;) {
    try {
      await task();
      return;
    } catch (cause) {
      onFault(cause);
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    if (isOver()) return;
  }
}
