import type { Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';
import { type Folio, linux, upperLevel } from '@racewalk/mm';

/** An address of the kernel at which small pages were mapped: their entries are empty, and the table is still there. */
export interface LeftTable {
  readonly vma: Vma;
  readonly pmdp: Ptep;
  /** The huge page that is to be mapped there. */
  readonly page: Folio;
}

/** Called by `setup`. */
export function leftTable(w: World): LeftTable {
  const vma = w.vma({ pages: 2, name: 'vmalloc', mm: w.mm('init_mm'), flags: { global: true } });
  const { pmdp } = upperLevel(w, vma);
  const page = linux(w).folio({ name: 'huge', pages: 2, huge: true, refcount: 1, mapcount: 0 });
  return { vma, pmdp, page };
}

/** The huge page takes the place of the table; false if it could not. */
export function* vmapsHuge(m: Machine, { vma, pmdp, page }: LeftTable): Step<boolean> {
  const [frame] = page.frames;
  if (frame === undefined) return false;
  const prot = m.v.pteMkyoung(m.v.mkProt({ read: true, write: false }));
  return yield* m.k.vmapTryHugePmd(vma, pmdp, frame.pfn, prot);
}
