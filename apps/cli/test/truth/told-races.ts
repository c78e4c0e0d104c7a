/** Readers that say nothing of what they use: a mixture is found where it is used, and only there. */
import { addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine, Scenario, World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

interface State {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly pfns: readonly [number, number];
}

const FAR = 2 ** 20 + 0x300;

/** Two pages that differ in both halves of an entry: the second is 4 GiB away. */
function twoPages(w: World): State {
  const vma = w.vma({ pages: 1 });
  const { folio, mapFolio } = linux(w);
  const old = folio({ name: 'old', pages: 1, refcount: 1 });
  const far = folio({ name: 'far', pages: 1, refcount: 1, mapcount: 0, pfn: FAR });
  mapFolio(vma, old, { write: true, dirty: true, young: true });
  return { vma, ptep: ptepOf(vma, vma.start), pfns: [old.frames[0]!.pfn, far.frames[0]!.pfn] };
}

/** Replaces one page by the other, under the lock, with a flush that interrupts nobody who listens. */
const replaces: AgentSpec<State> = {
  cpu: 0,
  role: 'kernel',
  *run(m, { vma, ptep, pfns }) {
    yield* m.pteOffsetMapLock(vma.table);
    yield* m.pte.pteClear(vma.mm, addrOf(ptep.vpn), ptep);
    const plain = m.v.pteMkyoung(m.v.pfnPte(pfns[1], m.v.mkProt({ read: true, write: false })));
    yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, plain);
    yield* m.pteUnmapUnlock(vma.table);
  },
};

type Reads = (m: Machine, s: State) => Step<unknown>;

/** A reader beside one who replaces the page. */
const reader = (id: string, run: Reads): Scenario =>
  defineScenario<State>({
    id: `truth/told-${id}`,
    title: id,
    source: 'own',
    about: id,
    invariants: ['TORN'],
    params: {},
    setup: twoPages,
    agents: {
      replaces,
      reader: {
        cpu: 2,
        role: 'kernel',
        *run(m, s) {
          yield* run(m, s);
        },
      },
    },
    mutants: { none: { what: 'nothing', breaks: 'TORN', why: 'nothing', params: { none: 1 } } },
  });

/** One look, and that is all. */
export const looksOnce = reader('once', (m, { ptep }) => m.pte.ptepGet(ptep));

/** Two looks by hand, and the page only if both say the same. */
export const looksTwice = reader('twice', function* (m, { ptep }) {
  const first = yield* m.pte.ptepGet(ptep);
  const second = yield* m.pte.ptepGet(ptep);
  return m.v.pteSame(first, second);
});

/** A look without the lock, and the one that counts under it. */
export const looksUnderLock = reader('lock', function* (m, { vma, ptep }) {
  yield* m.pte.ptepGet(ptep);
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.pte.ptepGet(ptep);
  yield* m.pteUnmapUnlock(vma.table);
});

/** The same by the machine's own accesses instead of the kernel's operations. */
export const readsItself = reader('itself', (m, { ptep }) => m.entries.readOnce(ptep));
