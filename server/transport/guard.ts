// Every event handler runs inside a guard: if it throws or rejects, the fault is logged and the process goes on.

/**
 * @param onFault logs it
 * @param what names the handler in the log
 */
export function guard<Args extends unknown[]>(
  onFault: (cause: unknown, fields: { handler: string }) => void,
  what: string,
  handler: (...args: Args) => void | Promise<void>,
): (...args: Args) => void {
  const report = (cause: unknown): void => {
    onFault(cause, { handler: what });
  };
  return (...args) => {
    try {
      const result = handler(...args);
      if (result instanceof Promise) result.catch(report);
    } catch (cause) {
      report(cause);
    }
  };
}
