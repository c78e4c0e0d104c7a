/** First races, which run at once with `check`. docs/first-race.md shows the same texts. */

/** Languages that a race can be begun in. */
export type Language = 'c' | 'ts' | 'js';

const C = (name: string): string => `C ${name}

{ 1 page, rw, clean; }

P0(struct mm_struct *mm, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page)
{
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_get_and_clear(mm, addr, ptep);
	spin_unlock(ptl);
	if (pte_dirty(pte))
		set_page_dirty(page);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant read-then-clear breaks DIRTY if hwDirty {
-	pte = ptep_get_and_clear(mm, addr, ptep);
+	pte = ptep_get(ptep);
+	pte_clear(mm, addr, ptep);
}
`;

/** The same race as a module; `typed`: with types. */
function module(name: string, typed: boolean): string {
  const [world, type, state] = typed
    ? [', type World', ': World', '<ReturnType<typeof setup>>']
    : ['', '', ''];
  const id = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return `import { addrOf, ptepOf } from '@racewalk/core';
import { REASONS, UserCpu${world} } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

/** One anonymous page. mapFolio maps it clean and old; { young: true, dirty: true } behind the folio says otherwise. */
function setup(w${type}) {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, folio);
  return { vma, folio, ptep: ptepOf(vma, vma.start) };
}

export const ${id} = defineScenario${state}({
  id: 'mine/${name}',
  title: 'Clearing an entry against a store',
  source: 'docs/first-race.md',
  about: 'Is a store lost if an entry is cleared while another CPU stores through it?',
  invariants: ['DIRTY'],
  params: {},
  setup,
  agents: {
    kernel: {
      cpu: 0,
      role: 'kernel',
      *run(m, { vma, folio, ptep }) {
        yield* m.pteOffsetMapLock(vma.table);
        const pte = yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vma.start), ptep);
        yield* m.pteUnmapUnlock(vma.table);
        if (m.v.pteDirty(pte)) yield* m.k.folioMarkDirty(folio);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma).store(0);
      },
    },
  },
  mutants: {
    'read-then-clear': {
      what: 'the entry is read and cleared in two steps',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two',
      unless: REASONS.softwareDirty,
      patch: {
        *ptepGetAndClear(m, mm, addr, ptep) {
          const pte = yield* m.pte.ptepGet(ptep);
          yield* m.pte.pteClear(mm, addr, ptep);
          return pte;
        },
      },
    },
  },
});
`;
}

/** Name and text of the file. */
export function firstRace(
  name: string,
  language: Language,
): { readonly file: string; readonly text: string } {
  if (language === 'c') return { file: `${name}.c`, text: C(name) };
  const typed = language === 'ts';
  return { file: `${name}.${typed ? 'ts' : 'mjs'}`, text: module(name, typed) };
}
