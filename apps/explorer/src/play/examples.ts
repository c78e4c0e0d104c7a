/** The races of docs/examples/c and docs/examples/ts. */
const IN_C = import.meta.glob<string>('../../../../docs/examples/c/*.c', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const IN_TYPESCRIPT = import.meta.glob<string>('../../../../docs/examples/ts/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export interface Example {
  readonly file: string;
  readonly text: string;
}

/** By name, the one of the first chapter of the guide first. */
const sorted = (files: Readonly<Record<string, string>>): readonly Example[] =>
  Object.entries(files)
    .map(([path, text]) => ({ file: path.slice(path.lastIndexOf('/') + 1), text }))
    .sort(
      (a, b) =>
        Number(b.file.startsWith('lost-dirty.')) - Number(a.file.startsWith('lost-dirty.')) ||
        (a.file < b.file ? -1 : 1),
    );

/** Races in C, and as modules. */
export const EXAMPLES: Readonly<Record<'c' | 'ts', readonly Example[]>> = {
  c: sorted(IN_C),
  ts: sorted(IN_TYPESCRIPT),
};

const HEAD = `diff --git a/arch/x86/include/asm/pgtable.h b/arch/x86/include/asm/pgtable.h
--- a/arch/x86/include/asm/pgtable.h
+++ b/arch/x86/include/asm/pgtable.h
`;
const SIGNATURE =
  'static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)';
const SPLIT = ['\tpte_t pte = READ_ONCE(*ptep);', '', '\tWRITE_ONCE(*ptep, __pte(0));'];
const WHOLE = ['\tpte_t pte = __pte(xchg(&pte_val(*ptep), 0));'];

function patch(title: string, before: readonly string[], after: readonly string[]): string {
  const same = 5;
  return [
    `Subject: [PATCH] ${title}`,
    '',
    `${HEAD}@@ -1,${same + before.length} +1,${same + after.length} @@`,
    ` ${SIGNATURE}`,
    ' {',
    ...before.map((line) => `-${line}`),
    ...after.map((line) => `+${line}`),
    ' ',
    ' \treturn pte;',
    ' }',
    '',
  ].join('\n');
}

/** Patches of functions that are whole in them, made for this page. */
export const PATCHES: readonly Example[] = [
  { file: 'split-exchange.patch', text: patch('x86: read, then clear', WHOLE, SPLIT) },
  { file: 'one-exchange.patch', text: patch('x86: one exchange in place of two accesses', SPLIT, WHOLE) },
];
