/**
 * Laws of the walker, on arbitrary entries: what the helpers say of an entry is what the hardware does with it. They stand
 * in the rows of the helpers concerned.
 */
import type { ArchPlugin } from '../arch/plugin.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import { claims } from './row.js';

/** What is not valid translates nothing. */
export function refusesInvalid(
  { values: v, walker, swap }: ArchPlugin,
  pte: PteWord,
  marker: number,
): string | null {
  const refused = (entry: PteWord) => !walker.walk(entry, 'load').ok && !walker.walk(entry, 'store').ok;
  return claims(
    ['an entry that is not valid is refused by the walker', v.pteValid(pte) || refused(pte)],
    ['PROT_NONE is refused by the walker', refused(v.pteModify(pte, v.protNone()))],
    ['an empty entry is refused by the walker', refused(PTE_ZERO)],
    ['a swap entry is refused by the walker', refused(swap.swpEntryToPte({ type: 1, offset: 1 + marker }))],
  );
}

/** No store goes where the kernel allows none. */
export function refusesStores({ values: v, walker }: ArchPlugin, pte: PteWord): string | null {
  const readOnly = v.pteWrprotect(pte);
  const stored = walker.walk(pte, 'store');
  return claims(
    ['a walk for a store needs the write permission', !stored.ok || v.pteWrite(pte)],
    ['after a write-protect no walk for a store succeeds', !walker.walk(readOnly, 'store').ok],
    [
      'what is cached permits a store only if the entry does',
      !walker.permits(pte, 'store') || v.pteWrite(pte) || !v.pteValid(pte),
    ],
  );
}

/** A load makes an entry young and does nothing else. */
export function loadsAge({ values: v, walker }: ArchPlugin, pte: PteWord): string | null {
  const walked = walker.walk(pte, 'load');
  if (!walked.ok) return null;
  return claims(
    ['a walk for a load changes nothing but young', v.pteMkyoung(walked.entry) === v.pteMkyoung(pte)],
    ['what a load has cached permits the load', walker.permits(walked.cached, 'load')],
  );
}

/** A store makes an entry young and dirty and does nothing else. */
export function storesDirty({ values: v, walker }: ArchPlugin, pte: PteWord): string | null {
  const walked = walker.walk(pte, 'store');
  if (!walked.ok) return null;
  const both = (entry: PteWord) => v.pteMkdirty(v.pteMkyoung(entry));
  return claims(
    ['a walk for a store changes nothing but young and dirty', both(walked.entry) === both(pte)],
    ['what a store has cached permits the store', walker.permits(walked.cached, 'store')],
  );
}
