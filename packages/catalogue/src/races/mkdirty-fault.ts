import { type ArchPlugin, pteOr, type Vma } from '@racewalk/core';
import type { Scenario } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { stores } from './agents.js';

interface Mapped {
  readonly vma: Vma;
}

/** Why a store does not fault for ever on an entry that was made dirty in one place only. */
function goesOn({ values: v, layout, walker }: ArchPlugin): string | null {
  const clean = v.pteMkyoung(
    v.pteMkclean(v.pteMkwrite(v.pfnPte(0x40, v.mkProt({ read: true, write: true })))),
  );
  if (walker.walk(clean, 'store').ok) return 'the hardware makes the entry dirty: there is no fault';
  return walker.walk(pteOr(clean, layout.dirty), 'store').ok
    ? 'one bit says that the hardware may store and that somebody has'
    : null;
}

/** Race A6, the mirror image. */
export const mkdirtyFault: Scenario = defineScenario<Mapped>({
  id: 'entries/mkdirty-fault',
  title: 'Two threads store to a page that is clean',
  source: 'Linux 8781bcbc5e69 (4.15)',
  about:
    'An entry permits stores and is clean. Where software keeps dirty, the first store faults, and the handler makes the entry dirty. Does the store go through then? Where dirty is kept twice, in a bit of software and in the read-only bit, pte_mkdirty must change both: with the read-only bit left the store faults again, the handler finds the entry dirty already, and so for ever. Since 4.15 it does. Two threads store, so that one may find what the handler has made for the other.',
  invariants: [],
  params: { block: 1 },
  setup(w) {
    const vma = w.vma({ pages: 1 });
    linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true, dirty: false });
    return { vma };
  },
  agents: { user1: stores('stores', 1), user2: stores('stores', 2) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'dirty-by-half': {
      what: 'pte_mkdirty sets the bit of software, and leaves the read-only bit',
      breaks: 'LIVE',
      why: 'the store faults on the read-only bit, and the handler finds nothing to do',
      unless: goesOn,
      patch: { pteMkdirty: (m, pte) => pteOr(pte, m.arch.layout.dirty) },
    },
  },
});
