/** Functions of posted series, written afresh, as patches that add them whole: no tree is needed. */
import { describe, expect, it } from 'vitest';
import { directory } from './kernel-tree.js';
import { run } from './run.js';

/** A new file as a patch. */
const added = (file: string, text: string): string => {
  const lines = text.trimEnd().split('\n');
  const head = `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n`;
  return `${head}@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
};

const WRPROTECT = `
struct range_of_one {
	struct pfn_range_apply base;
	struct vm_area_struct *vma;
	unsigned long first;
	unsigned long last;
	unsigned long count;
};

static int protect_one(pte_t *ptep, pgtable_t token, unsigned long addr, struct pfn_range_apply *closure)
{
	struct range_of_one *r = container_of(closure, struct range_of_one, base);
	pte_t old;

	if (!pte_write(ptep_get(ptep)))
		return 0;
	old = ptep_modify_prot_start(r->vma, addr, ptep);
	ptep_modify_prot_commit(r->vma, addr, ptep, old, pte_wrprotect(old));
	r->first = min(r->first, addr);
	r->last = max(r->last, addr + PAGE_SIZE);
	r->count++;
	return 0;
}

unsigned long apply_as_wrprotect(struct address_space *mapping, pgoff_t first_index, pgoff_t nr)
{
	struct range_of_one r = { .base = { .ptefn = protect_one } };
	struct vm_area_struct *vma;
	struct mmu_notifier_range range;

	i_mmap_lock_read(mapping);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, first_index, first_index + nr - 1) {
		r.base.mm = vma->vm_mm;
		r.vma = vma;
		r.first = vma->vm_end;
		r.last = vma->vm_start;
		mmu_notifier_range_init(&range, MMU_NOTIFY_PROTECTION_PAGE, 0, vma, vma->vm_mm,
					vma->vm_start, vma->vm_end);
		mmu_notifier_invalidate_range_start(&range);
		inc_tlb_flush_pending(vma->vm_mm);
		apply_to_pfn_range(&r.base, vma->vm_start, vma->vm_end - vma->vm_start);
		if (r.last > r.first)
			flush_tlb_range(vma, r.first, r.last);
		mmu_notifier_invalidate_range_end(&range);
		dec_tlb_flush_pending(vma->vm_mm);
	}
	i_mmap_unlock_read(mapping);
	return r.count;
}
`;

const RESTORE = `
static void restore_exclusive_pte(struct vm_area_struct *vma, struct page *page,
				  unsigned long address, pte_t *ptep)
{
	swp_entry_t entry = pte_to_swp_entry(READ_ONCE(*ptep));
	pte_t pte = pte_mkold(mk_pte(page, READ_ONCE(vma->vm_page_prot)));

	if (is_writable_device_exclusive_entry(entry))
		pte = maybe_mkwrite(pte_mkdirty(pte), vma);
	set_pte_at(vma->vm_mm, address, ptep, pte);
	page_add_anon_rmap(page, vma, address, false);
	if (vma->vm_flags & VM_LOCKED)
		mlock_vma_page(page);
}
`;

const check = async (mail: string, test: string) => {
  const cwd = directory({ 'new.patch': mail });
  const argv = ['check', '--patch', 'new.patch', '--test', test, '--arch', 'x86-64'];
  return await run(argv, { cwd });
};

describe('a helper for ranges of an address space', () => {
  const mail = added('mm/helpers.c', WRPROTECT);

  it('that adds its file whole runs from the mail', async () => {
    const { code, out, err } = await check(mail, 'as-dirty/wrprotect-then-clean');
    expect(err).toBe('');
    expect(out).toMatch(/as-dirty\/wrprotect-then-clean {2}x86-64 {3}✓ [\d ]+✓ [\d ]+\n/);
    expect(code).toBe(0);
  });

  it('that forgets what was dirty is caught, on its own lines', async () => {
    const { code, out } = await check(
      mail.replace('pte_wrprotect(old))', 'pte_wrprotect(pte_mkclean(old)))'),
      'as-dirty/wrprotect-then-clean',
    );
    expect(out).toMatch(/✓ \d+ +✗ \w+/);
    expect(out).toMatch(/new\.patch:\d+\s+\+\s+ptep_modify_prot_commit\(/);
    expect(code).toBe(1);
  });

  it('in a race that watches functions of Racewalk is not compared', async () => {
    const { out } = await check(mail, 'as-dirty/wrprotect-writes');
    expect(out).toContain('1 cell not compared');
    expect(out).toContain('these races replace functions themselves');
  });
});

describe('a function whose arguments the machine has otherwise', () => {
  it('gets those of the kernel', async () => {
    const { code, out } = await check(added('mm/exclusive.c', RESTORE), 'device-exclusive/fault-vs-atomics');
    expect(out.split('\n')[1]).toBe('1 cell with the same verdict');
    expect(code).toBe(0);
  });

  it('that forgets the reverse map is caught', async () => {
    const { code, out } = await check(
      added('mm/exclusive.c', RESTORE.replace('\tpage_add_anon_rmap(page, vma, address, false);\n', '')),
      'device-exclusive/second-restore',
    );
    expect(out).toMatch(/\d+ cells? broken by the patch/);
    expect(code).toBe(1);
  });
});
