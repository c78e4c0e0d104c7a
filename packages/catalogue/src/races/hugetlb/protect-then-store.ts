import { type ArchPlugin, type PteWord, pteOr } from '@racewalk/core';
import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { stores } from '../agents.js';
import { type HugetlbPage, hugetlbPage, oneLevelUp } from './page.js';

const mprotect: AgentSpec<HugetlbPage> = {
  cpu: 0,
  role: 'kernel',
  note: 'mprotect: no access, then read and write',
  *run(m, { vma }) {
    yield* m.k.hugetlbChangeProtection(vma, { read: false, write: false });
    yield* m.k.hugetlbChangeProtection(vma, { read: true, write: true });
  },
};

/** Dirty is noted in one place only: the bit that the layout calls dirty. */
const noted = ({ values: v, layout }: Pick<ArchPlugin, 'values' | 'layout'>, pte: PteWord): PteWord =>
  v.pteDirty(pte) ? pteOr(v.pteMkclean(pte), layout.dirty) : pte;

/** Why such an entry does not fault for ever. */
function mends(arch: ArchPlugin): string | null {
  const { values: v, walker } = arch;
  const entry = v.pteMkyoung(
    v.pteMkdirty(v.pteMkwrite(v.pfnPte(0x40, v.mkProt({ read: true, write: true })))),
  );
  if (noted(arch, entry) === entry) return 'one bit records dirty: there is no entry that is dirty by half';
  if (walker.walk(noted(arch, entry), 'store').ok)
    return 'the hardware lets the store through, and makes the entry dirty in both places';
  return arch.has('contPte')
    ? null
    : 'the fault handler compares the entry bit for bit, and so finds something to do';
}

/** Race A14. */
export const protectThenStore: Scenario = defineScenario<HugetlbPage>({
  id: 'hugetlb/protect-then-store',
  title: 'A dirty hugetlb page loses its permissions, gets them back, and is stored to',
  source: 'Linux 3c0696076aad (6.7)',
  about:
    'mprotect takes all access from a dirty hugetlb page and gives it back. Then a thread stores. Where dirty is kept twice, by software and in the read-only bit, a rewrite of the permissions may leave the page writable, dirty for software and read-only for the hardware. A store faults, the handler of a contiguous block compares what is recorded, finds it dirty already, and the store faults again for ever. Since 6.7 a rewrite puts the second record back.',
  invariants: ['DIRTY', 'CONT'],
  params: { block: 2 },
  assumes: oneLevelUp,
  setup: (w) => hugetlbPage(w, { dirty: true }),
  agents: { mprotect, user: stores('stores') },
  linux: { '6.12': 'upstream' },
  mutants: {
    'dirty-by-half': {
      what: 'huge_pte_modify keeps dirty in the bit of software, and takes the read-only bit from the new protection',
      breaks: 'LIVE',
      why: 'a store faults on the read-only bit, and the handler finds the block dirty already',
      unless: mends,
      patch: { hugePteModify: (m, pte, prot) => noted(m.arch, m.hugeValues.hugePteModify(pte, prot)) },
    },
  },
});
