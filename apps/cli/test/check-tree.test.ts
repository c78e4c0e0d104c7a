/** `racewalk check --tree`: the functions of a tree in place of Racewalk's, cell by cell. */
import { describe, expect, it } from 'vitest';
import { PGTABLE, treeWith } from './kernel-tree.js';
import { run } from './run.js';

const RACE = ['--test', 'contpte/teardown-vs-walker', '--arch', 'x86-64'];

describe('a kernel tree', () => {
  it('comes to the same where it does the same', async () => {
    const { code, out, err } = await run(['check', '--tree', 'tree', ...RACE], { cwd: treeWith({}) });
    expect(err).toBe('');
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe("tree · 2 functions in place of Racewalk's · 1 plug-in");
    expect(lines[1]).toBe('1 cell with the same verdict');
    expect(lines.at(-1)).toBe(lines[1]);
    expect(out).toMatch(/contpte\/teardown-vs-walker {2}x86-64 {3}✓ \d+ +✓ \d+\n/);
    expect(code).toBe(0);
  });

  it('that does something else is shown with its own lines', async () => {
    const broken = PGTABLE.replace(
      'return __pte(xchg(&pte_val(*ptep), 0));',
      'pte_t pte = READ_ONCE(*ptep);\n\n\tWRITE_ONCE(*ptep, __pte(0));\n\treturn pte;',
    );
    const cwd = treeWith({ 'tree/arch/x86/include/asm/pgtable.h': broken });
    const { code, out } = await run(['check', '--tree', 'tree', ...RACE], { cwd });
    expect(out.split('\n')[1]).toBe(
      '1 cell with ANOTHER verdict than Racewalk · 0 cells with the same verdict',
    );
    expect(out).toMatch(/pgtable\.h:8\s+WRITE_ONCE\(\*ptep, __pte\(0\)\);/);
    expect(code).toBe(1);
  });

  it('says which functions it cannot use, and why', async () => {
    const odd = PGTABLE.replace('page_table_check_pte_clear(mm, pte);', 'unheard_of(mm, pte);');
    const cwd = treeWith({ 'tree/arch/x86/include/asm/pgtable.h': odd });
    const { code, out } = await run(['check', '--tree', 'tree', ...RACE], { cwd });
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /refused ptep_get_and_clear: arch\/x86\/include\/asm\/pgtable\.h:14:2: nothing is called unheard_of\(\)/,
    );
    expect(code).toBe(3);
  });

  it('says why a plug-in is left out, where there is no other', async () => {
    const args = ['check', '--tree', 'tree', '--test', 'contpte/teardown-vs-walker', '--arch', 'x86-pae'];
    const { code, err } = await run(args, { cwd: treeWith({}) });
    expect(err).toMatch(/x86-pae: pte_low and pte_high of split entries are not read from a tree/);
    expect(code).toBe(2);
  });

  it('of branches of #if takes the one that its configuration has', async () => {
    const two = PGTABLE.replace(
      'static inline pte_t taken',
      '#ifdef CONFIG_ODD\nstatic inline pte_t taken(pte_t *ptep)\n{\n\tpte_t pte = *ptep;\n\n\t*ptep = __pte(0);\n\treturn pte;\n}\n#else\nstatic inline pte_t taken',
    ).replace('\n\n#define __HAVE', '\n#endif\n\n#define __HAVE');
    const cwd = treeWith({ 'tree/arch/x86/include/asm/pgtable.h': two });
    const plain = await run(['check', '--tree', 'tree', ...RACE], { cwd });
    expect(plain.code).toBe(0);
    const odd = await run(['check', '--tree', 'tree', ...RACE, '--config', 'CONFIG_ODD'], { cwd });
    expect(odd.code).toBe(1);
  });
});
