import { addrOf, PAGE_SIZE, type Ptep, type Vma } from '@racewalk/core';
import { atomic } from '@racewalk/core/step';
import { type AgentSpec, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, returns, spareTables, upperLevel } from '@racewalk/mm';
import type { ApplyAs } from '../ops/apply-as.js';
import { AS_DIRTY_HELPERS } from '../ops/as-dirty-helpers.js';

const FAULTS = 1;

/** An area of a device of which no page has been touched: there is no table for it yet. */
interface Untouched {
  readonly vma: Vma;
  readonly pmdp: Ptep;
  readonly memory: Folio;
}

function setup(w: World): Untouched {
  w.binder.add(AS_DIRTY_HELPERS);
  const vma = w.vma({ pages: 1, shared: true, flags: { io: true } });
  const { pmdp } = upperLevel(w, vma, { leads: 'none' });
  spareTables(w, FAULTS, [w.pmds.spare(vma)]);
  return { vma, pmdp, memory: linux(w).folio({ name: 'memory', pages: 1, refcount: 1, mapcount: 0 }) };
}

const driver: AgentSpec<Untouched> = {
  cpu: 0,
  role: 'kernel',
  note: 'write-protects the range',
  *run(m, { vma }) {
    const [start, size] = [addrOf(vma.start), PAGE_SIZE];
    const aas: ApplyAs = {
      mm: vma.mm,
      alloc: 0,
      ptefn: (pte, token, addr) => m.k.applyPtWrprotect(pte, token, addr, aas),
      start: start + size,
      end: start,
      total: 0,
      vma,
    };
    const err = yield* m.k.applyToPfnRange(aas, start, size);
    yield* m.k.flushTouched(aas, vma, { start, end: start + size });
    if (err === 0) return;
    const fails = { text: 'WARN_ON apply_to_pfn_range failed', does: 'observe' } as const;
    yield* atomic(
      [],
      (_mem, _base, faults) => {
        faults.fail('MISS', `apply_to_pfn_range() failed with ${err}, and part of the range is left out`);
        return 0;
      },
      fails,
      { locked: false },
    );
  },
};

const writer: AgentSpec<Untouched> = {
  cpu: FAULTS,
  role: 'user',
  note: 'stores: the fault makes the table',
  *run(m, { vma, pmdp, memory }) {
    const { v } = m;
    const [frame] = memory.frames;
    const user = new UserCpu(m, vma, {
      *onFault(mm) {
        if (!(yield* mm.k.pteAlloc(vma, pmdp))) return 'sigsegv';
        const ptep = yield* mm.k.pteOffsetKernel(yield* mm.pmd.pmdpGetLockless(pmdp), vma.start);
        if (ptep === null || frame === undefined) return 'sigsegv';
        yield* mm.pteOffsetMapLock(ptep.table);
        const there = yield* mm.pte.ptepGet(ptep);
        const addr = addrOf(vma.start);
        const made = v.pteNone(there) ? v.pfnPte(frame.pfn, v.mkProt(vma.prot)) : there;
        const entry = v.pteMkwrite(v.pteMkdirty(v.pteMkyoung(made)));
        if (v.pteNone(there)) yield* mm.pte.setPteAt(vma.mm, addr, ptep, entry);
        else yield* mm.pte.ptepSetAccessFlags(vma, addr, ptep, entry, true);
        yield* mm.k.updateMmuCache(vma, addr);
        yield* mm.pteUnmapUnlock(ptep.table);
        return 'retry';
      },
    });
    yield* user.store(0);
  },
};

/** Seed 001: what a walk without allocation makes of a table that is missing. */
export const missingTable: Scenario = defineScenario<Untouched>({
  id: 'as-dirty/missing-table',
  title: 'The helpers walk a range of which a table is missing, and a fault makes it',
  source:
    'apply_to_pfn_range() of the as_dirty helpers, version 4, June 2019 (seed 001): it cannot fail, because nothing is allocated',
  about:
    'A driver write-protects a range in which nothing was ever touched: the upper entry is empty. A fault on another CPU makes the table at the same time, and maps a page. Can the walk fail? It cannot, as claimed: with alloc = 0 it passes by an entry that leads nowhere, and has nothing to do there, for nobody has a translation. If it made the table it could fail without memory, and if it did not ask it would take nothing for a table.',
  invariants: ['DIRTY', 'ENC', 'MISS'],
  params: { block: 1 },
  setup,
  agents: { driver, writer },
  mutants: {
    'makes-the-table': {
      what: 'the walk allocates what is missing (alloc = 1)',
      breaks: 'MISS',
      why: 'there may be no memory for a table, and the caller only warns',
      patch: {
        *applyToPmdRange(m, home, closure) {
          const slot = m.world.pmds.of(home);
          const vma = m.world.vmas.find(({ table }) => table === home);
          if (slot !== undefined && vma !== undefined && !(yield* m.k.pteAlloc(vma, slot.pmdp))) return -12;
          return yield* m.k.applyToPmdRange(home, closure);
        },
      },
    },
    'asks-nothing': {
      what: 'no pmd_none_or_clear_bad() before the table is entered',
      breaks: 'ENC',
      why: 'the empty entry is taken for one that leads to a table',
      patch: {
        pmdNoneOrClearBad: returns(false),
      },
    },
  },
});
