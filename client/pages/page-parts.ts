// The elements of the page, each found once and by its kind.

/** @throws {Error} when the page has no such element: the page and its script do not fit */
export function part<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} #${id}`);
}
