// What a program can do with a channel or a line that it opens, and the moments at which it can.

/** What the program can do. */
export interface Opened {
  goByItself(): unknown;
  close(): unknown;
  abort(): void;
}

export const ways: [how: string, go: (opened: Opened) => void][] = [
  ['aborts', ({ abort }) => abort()],
  ['leaves', ({ goByItself }) => goByItself()],
  [
    'leaves twice, and aborts',
    ({ goByItself, abort }) => {
      goByItself();
      goByItself();
      abort();
    },
  ],
  [
    'aborts, and leaves',
    ({ goByItself, abort }) => {
      abort();
      goByItself();
    },
  ],
  [
    'says goodbye, and aborts',
    ({ close, abort }) => {
      close();
      abort();
    },
  ],
];

export type Step<Scene> = [what: string, take: (scene: Scene) => unknown];

/** All beginnings of the steps. */
export function momentsOf<Scene>(
  steps: readonly Step<Scene>[],
): [moment: string, before: readonly Step<Scene>[]][] {
  return Array.from({ length: steps.length + 1 }, (_, count) => {
    const before = steps.slice(0, count);
    return [`${count} ${before.at(-1)?.[0] ?? 'at once'}`, before];
  });
}
