/** The HugeTLB table (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import type { ArchPlugin } from '../arch/plugin.js';
import { type HugePteValues, PMD_SHIFT, PUD_SHIFT } from '../pte/hugetlb.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import { PAGE_SHIFT } from '../units.js';
import { type ContractRow, claims, type Helpers, type ValueLaw, valueRows } from './row.js';

const row = valueRows('HugeTLB', 'pure; any leaf value');

/** Sets or clears one fact; it stays huge, and dirty is only touched by `hugePteMkdirty`. */
const sets =
  (
    make: Helpers<HugePteValues, PteWord>,
    test: Helpers<HugePteValues, boolean>,
    expected: boolean,
    keepsDirty = true,
  ): ValueLaw =>
  ({ huge: h, values: v }, { pte }) => {
    const leaf = h.pteMkhuge(pte);
    const made = h[make](leaf);
    return claims(
      [`the test returns ${expected} afterwards`, h[test](made) === expected],
      ['it stays huge', h.pteHuge(made)],
      ['the frame is kept', v.ptePfn(made) === v.ptePfn(leaf)],
      ['dirty is kept', !keepsDirty || h.hugePteDirty(made) === h.hugePteDirty(leaf)],
    );
  };

/** Every size an architecture has, as a shift, and whether it is a contiguous block and one of leaves. */
function sizes(arch: ArchPlugin): { shift: number; cont: boolean; leaf: boolean }[] {
  const found = [{ shift: PMD_SHIFT, cont: false, leaf: true }];
  if (arch.has('pudLeaf')) found.push({ shift: PUD_SHIFT, cont: false, leaf: true });
  if (arch.cont === undefined) return found;
  const entries = Math.log2(arch.cont.ptes);
  if (arch.cont.leaves !== false) found.push({ shift: PMD_SHIFT + entries, cont: true, leaf: true });
  found.push({ shift: PAGE_SHIFT + entries, cont: true, leaf: false });
  return found;
}

/** The entry of a page of each size. */
const everySize: ValueLaw = (arch, { pte }) => {
  const { huge: h, values: v } = arch;
  const plain = v.pteMknoncont(pte);
  for (const { shift, cont, leaf } of sizes(arch)) {
    const made = h.archMakeHugePte(plain, shift);
    const complaint = claims(
      ['a page of leaf entries is huge', !leaf || h.pteHuge(made)],
      ['exactly the sizes of several entries are contiguous', v.pteCont(made) === cont],
      ['the frame is kept', v.ptePfn(made) === v.ptePfn(plain)],
      ['dirty is kept', v.pteDirty(made) === v.pteDirty(plain)],
    );
    if (complaint !== null) return `${complaint}, for 2^${shift} bytes`;
  }
  return null;
};

const DIRTY = sets('hugePteMkdirty', 'hugePteDirty', true, false);
const WRITE = sets('hugePteMkwrite', 'hugePteWrite', true);
const UFFD_WP = sets('hugePteMkuffdWp', 'hugePteUffdWp', true);
const CLEARED = sets('hugePteClearUffdWp', 'hugePteUffdWp', false);
const READ_ONLY = sets('hugePteWrprotect', 'hugePteWrite', false);

export const HUGETLB_ROWS: readonly ContractRow[] = [
  row('pteHuge', 'maps a huge page', sets('pteMkhuge', 'pteHuge', true)),
  row('pteMkhuge', 'makes a huge entry', ({ huge: h }, { pte }) => {
    const leaf = h.pteMkhuge(pte);
    return claims(
      ['it is huge', h.pteHuge(leaf)],
      ['doing it twice is doing it once', h.pteMkhuge(leaf) === leaf],
    );
  }),
  row('archMakeHugePte', 'the entry of a hugetlb page, whatever its size', everySize),
  row('hugePteNone', 'the entry is empty', ({ huge: h }, { pte }) =>
    claims(
      ['the zero word is none', h.hugePteNone(PTE_ZERO)],
      ['a huge page is not', !h.hugePteNone(h.pteMkhuge(pte))],
    ),
  ),
  row('hugePteDirty', 'a store happened', DIRTY),
  row('hugePteWrite', 'the kernel allows stores', WRITE),
  row('hugePteMkdirty', 'records a store', DIRTY),
  row('hugePteMkwrite', 'allows stores', WRITE),
  row('hugePteWrprotect', 'forbids stores; what was dirty stays dirty', READ_ONLY),
  row('hugePteUffdWp', 'write-protected for userfaultfd', UFFD_WP, ['uffdWp']),
  row('hugePteMkuffdWp', 'marks as write-protected for userfaultfd', UFFD_WP, ['uffdWp']),
  row('hugePteClearUffdWp', 'removes that mark', CLEARED, ['uffdWp']),
  row(
    'hugePteModify',
    'changes the protection and keeps the huge page and dirty',
    ({ huge: h, values: v }, { pte, writable }) => {
      const leaf = h.pteMkhuge(pte);
      const to = h.hugePteModify(leaf, v.mkProt({ read: true, write: writable }));
      return claims(
        ['it stays huge', h.pteHuge(to)],
        ['the hardware may use it', v.pteValid(to)],
        ['the frame is kept', v.ptePfn(to) === v.ptePfn(leaf)],
        ['dirty is kept', h.hugePteDirty(to) === h.hugePteDirty(leaf)],
        ['it is writable if asked', h.hugePteWrite(to) === writable],
      );
    },
  ),
];
