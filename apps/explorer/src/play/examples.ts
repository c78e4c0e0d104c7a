/** The races of docs/examples/c. */
const FILES = import.meta.glob<string>('../../../../docs/examples/c/*.c', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export interface Example {
  readonly file: string;
  readonly text: string;
}

/** By name, the one of the first chapter of docs/kernel-c.md first. */
export const EXAMPLES: readonly Example[] = Object.entries(FILES)
  .map(([path, text]) => ({ file: path.slice(path.lastIndexOf('/') + 1), text }))
  .sort(
    (a, b) =>
      Number(b.file === 'lost-dirty.c') - Number(a.file === 'lost-dirty.c') || (a.file < b.file ? -1 : 1),
  );
