/** A kernel tree of a few files, written for tests: what `--tree` is given. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const PGTABLE = `/* what an x86 entry can do */
#define PAGES_AT_ONCE 1

static inline pte_t taken(pte_t *ptep)
{
	return __pte(xchg(&pte_val(*ptep), 0));
}

#define __HAVE_ARCH_PTEP_GET_AND_CLEAR
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	pte_t pte = taken(ptep);

	page_table_check_pte_clear(mm, pte);
	return pte;
}

static inline void ptep_set_wrprotect(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	pte_t old, new;

	old = READ_ONCE(*ptep);
	do {
		new = pte_wrprotect(old);
	} while (!try_cmpxchg((long *)&ptep->pte, (long *)&old, *(long *)&new));
}
`;

const GENERIC = `#ifndef __HAVE_ARCH_PTEP_GET_AND_CLEAR
static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	pte_t pte = ptep_get(ptep);

	pte_clear(mm, addr, ptep);
	return pte;
}
#endif
`;

/** A function in a patch that stores what it has read: the way in which stores get lost. */
export const DIFF = `diff --git a/arch/x86/include/asm/pgtable.h b/arch/x86/include/asm/pgtable.h
--- a/arch/x86/include/asm/pgtable.h
+++ b/arch/x86/include/asm/pgtable.h
@@ -1,9 +1,12 @@
 /* what an x86 entry can do */
 #define PAGES_AT_ONCE 1
 
 static inline pte_t taken(pte_t *ptep)
 {
-	return __pte(xchg(&pte_val(*ptep), 0));
+	pte_t pte = READ_ONCE(*ptep);
+
+	WRITE_ONCE(*ptep, __pte(0));
+	return pte;
 }
 
 #define __HAVE_ARCH_PTEP_GET_AND_CLEAR
`;

/** The same change in a patch that has the function whole, and needs no tree. */
export const WHOLE = `diff --git a/arch/x86/include/asm/pgtable.h b/arch/x86/include/asm/pgtable.h
--- a/arch/x86/include/asm/pgtable.h
+++ b/arch/x86/include/asm/pgtable.h
@@ -11,7 +11,9 @@
 static inline pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
 {
-	pte_t pte = __pte(xchg(&pte_val(*ptep), 0));
+	pte_t pte = READ_ONCE(*ptep);
+
+	WRITE_ONCE(*ptep, __pte(0));
 
 	page_table_check_pte_clear(mm, pte);
 	return pte;
 }
`;

/** A directory with these files, and those that every tree has; removed when the test is over. */
export function directory(files: Readonly<Record<string, string>> = {}): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-tree-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
  return dir;
}

/** A tree, and mails beside it. */
export const treeWith = (mails: Readonly<Record<string, string>>): string =>
  directory({
    'tree/mm/memory.c': '/* nothing */\n',
    'tree/include/linux/mm.h': '/* nothing */\n',
    'tree/include/linux/pgtable.h': GENERIC,
    'tree/arch/x86/include/asm/pgtable.h': PGTABLE,
    ...mails,
  });
