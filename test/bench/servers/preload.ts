// Loaded before each server of the benchmark: says how much memory the process uses, and ends with the process that started it.
process.on('message', (request: unknown) => {
  if (request !== 'memory') return;
  // Twice: what a finalizer frees is collected in the next round.
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ memory: { rss, heapUsed } });
});
process.on('disconnect', () => process.exit());

export {};
