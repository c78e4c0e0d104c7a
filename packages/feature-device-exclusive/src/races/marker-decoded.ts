import { addrOf } from '@racewalk/core';
import { type AgentSpec, type FaultHandler, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** The marker of a poisoned page. */
const POISON = 2;

/** A device-exclusive entry, and beside it a marker: not present, and it names no page. */
function twoKinds(w: World): Setup {
  const s = setup(w, { has: 'entry', pages: 2 });
  const ptep = s.vma.table.entries[1]!;
  const marker = w.arch.swap.makePteMarker(POISON);
  w.setInitial(ptep, marker);
  w.startOps.push({
    name: 'poison (a marker)',
    run: (m) => m.pte.setPteAt(s.vma.mm, addrOf(ptep.vpn), ptep, marker),
  });
  return s;
}

/** Takes what is not present for a device-exclusive entry, and restores the page it names. */
const decodesUnasked: FaultHandler = function* (m, { vma, ptep }) {
  const { v } = m;
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  if (!v.ptePresent(pte)) {
    const { offset } = m.arch.swap.pteToSwpEntry(pte);
    const restored = v.pfnPte(offset, v.mkProt({ ...vma.prot, write: false }));
    yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, v.pteMkold(restored));
  }
  yield* m.pteUnmapUnlock(ptep.table);
  return 'sigsegv';
};

/** Loads where the marker is. */
const touches: AgentSpec<Setup> = {
  cpu: 2,
  role: 'user',
  note: 'loads from the poisoned page',
  *run(m, s) {
    yield* new UserCpu(m, s.vma).load(1);
  },
};

/** Seed 002: what is neither present nor a swap entry. */
export const markerDecoded: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/marker-decoded',
  title: 'A fault finds a marker, and must not take it for an entry that names a page',
  source:
    'review of "mm: Device exclusive memory access" v8, May 2021 (seed 002): pte_to_swp_entry() only after a check of what stands there',
  about:
    "Besides device-exclusive entries there are others that are not present: markers, which name no page. May a handler decode an entry before it asks which kind it is? It may not: the offset of a marker is a number of its own, and restoring the page of that number maps a page that is nobody's. Asked first, the fault on a marker ends in a signal, and the marker stays. The fault on the entry beside it restores its page meanwhile.",
  invariants: ['ENC'],
  params: { block: 4 },
  setup: twoKinds,
  agents: { user: user(1, ['load']), other: touches },
  finally(w, { vma }, view, faults) {
    const ptep = vma.table.entries[1]!;
    const pte = w.entryIn((cell) => view.get(cell), ptep);
    if (pte === w.arch.swap.makePteMarker(POISON)) return;
    faults.fail('ENC', `${ptep.name} was a marker, and maps frame ${w.arch.values.ptePfn(pte)} now`);
  },
  mutants: {
    'decodes-unasked': {
      what: 'the handler decodes what is not present as a device-exclusive entry',
      breaks: 'ENC',
      why: 'the offset of a marker is taken for the number of a frame',
      agents: {
        other: {
          ...touches,
          *run(m, s) {
            yield* new UserCpu(m, s.vma, { onFault: decodesUnasked }).load(1);
          },
        },
      },
    },
  },
});
