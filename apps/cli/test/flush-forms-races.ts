/** Races that the comparison of flush forms asks besides those of the catalogue. */
import { addrOf } from '@racewalk/core';
import { type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, type MappedBlock, mapFolded } from '@racewalk/mm';

/**
 * One page of a block that is mapped read-only becomes writable, as `wp_page_reuse` makes it: the block is unfolded for it, break
 * before make. Whoever keeps the translation of the block has two sizes at once afterwards.
 */
export const grantsOne: Scenario = defineScenario<MappedBlock>({
  id: 'forms/grants-one',
  title: 'One page of a read-only block becomes writable',
  source: 'arch/arm64/mm/contpte.c: contpte_ptep_set_access_flags(), contpte_try_unfold()',
  about: 'The block is unfolded for one of its pages. Nobody else may keep the translation of the whole.',
  needs: ['contPte'],
  invariants: ['CONT'],
  params: { block: 4 },
  setup: (w) => mapFolded(w, { write: false, young: true }),
  agents: {
    fault: {
      cpu: 0,
      role: 'kernel',
      *run(m, s) {
        const ptep = s.entries[1]!;
        yield* m.pteOffsetMapLock(s.vma.table);
        const pte = yield* m.pte.ptepGet(ptep);
        const entry = m.v.pteMkwrite(m.v.pteMkdirty(m.v.pteMkyoung(pte)));
        yield* m.pte.ptepSetAccessFlags(s.vma, addrOf(ptep.vpn), ptep, entry, true);
        yield* m.pteUnmapUnlock(s.vma.table);
      },
    },
    reader: {
      cpu: 1,
      role: 'user',
      *run(m, s) {
        yield* new UserCpu(m, s.vma, { faults: false }).load(0);
      },
    },
    other: {
      cpu: 2,
      role: 'user',
      *run(m, s) {
        yield* new UserCpu(m, s.vma, { faults: false }).load(2);
      },
    },
  },
  mutants: { none: { what: 'nothing', breaks: 'CONT', why: 'nothing', params: { none: 1 } } },
});
