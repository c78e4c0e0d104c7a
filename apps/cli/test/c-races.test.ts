/** Races in C of further kinds: they come to what they say on every plug-in, and each variant is caught somewhere. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseReport } from '@racewalk/conformance/schema';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { directory } from './kernel-tree.js';
import { run } from './run.js';

const DIR = fileURLToPath(new URL('c/races', import.meta.url));
const FILES = readdirSync(DIR);

describe('a race in C', () => {
  it('is there for forty-eight kinds', () => expect(FILES).toHaveLength(48));

  it.each(FILES)('%s comes to what it says, on every plug-in', async (file) => {
    const { code, out } = await run(['check', file, '--reporter', 'json'], { cwd: DIR });
    const { cells } = parseReport(out);
    expect(cells.filter(({ asExpected }) => !asExpected)).toEqual([]);
    expect(new Set(cells.map(({ arch }) => arch)).size).toBe(CATALOGUE.archs.length);
    const variants = new Set(cells.map(({ variant }) => variant).filter((name) => name !== 'upstream'));
    const caught = cells.filter(({ verdict }) => verdict === 'violates').map(({ variant }) => variant);
    expect(new Set(caught)).toEqual(variants);
    expect(code).toBe(0);
  });
});

const NO_BIT = `C u

{ 1 page, anon, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	pte_t old;

	spin_lock(ptl);
	old = ptep_modify_prot_start(vma, addr, ptep);
	ptep_modify_prot_commit(vma, addr, ptep, old, pte_mkuffd_wp(old));
	flush_tlb_page(vma, addr);
	spin_unlock(ptl);
}

P1(char __user *p)
{
	*p = 1;
}

forbids PERM

variant no-flush breaks PERM {
-	flush_tlb_page(vma, addr);
}
`;

describe('a variant that breaks on some plug-ins only', () => {
  it('is one message, which says what tells these from the others', async () => {
    const { code, out } = await run(['check', 'u.c'], { cwd: directory({ 'u.c': NO_BIT }) });
    const text = out.replace(/\s+/g, ' ');
    expect(text.match(/does not break PERM here, as the file says/g)).toHaveLength(1);
    expect(text).toMatch(/it breaks exactly if [\w, ]*if uffdWp/);
    expect(text).toMatch(/the same on .*riscv64/);
    expect(code).toBe(1);
  });
});
