// Milliseconds as a person reads them, for all pages. Pure.

/** Whole seconds, upwards: "4 seconds". */
export function seconds(ms: number): string {
  const count = Math.ceil(ms / 1000);
  return count === 1 ? '1 second' : `${count} seconds`;
}
