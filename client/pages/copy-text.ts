// Copies the text of a field, also on plain http, where browsers keep the clipboard's own interface away.

/** Whether it worked. The field's text stays selected, so that one can copy it by hand. */
export async function copyText(field: HTMLInputElement): Promise<boolean> {
  field.focus();
  field.select();
  try {
    // Typed as always there; it is not, outside https and localhost.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    if (clipboard) {
      await clipboard.writeText(field.value);
      return true;
    }
  } catch {
    // Not permitted: the old way may be.
  }
  // Marked as old, but the only way on plain http.
  const oldWay: { execCommand(command: string): boolean } = document;
  return oldWay.execCommand('copy');
}
