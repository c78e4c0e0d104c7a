import { type AccessKind, addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Cell, Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  type FaultHandler,
  type Machine,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';

/** One page that may be taken away on demand, and the lock of the kernel's memory management. */
interface Paged {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly folio: Folio;
  readonly zMmLock: Cell;
}

function setup(w: World): Paged {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, folio, { young: false, dirty: false });
  return { vma, ptep: vma.table.entries[0]!, folio, zMmLock: w.lock('z_mm_lock') };
}

/** What the access needs: the access flag, and dirty for a store. */
const needed = (m: Machine, pte: PteWord, access: AccessKind): PteWord =>
  access === 'store' ? m.v.pteMkdirty(m.v.pteMkyoung(pte)) : m.v.pteMkyoung(pte);

/** The abort handler: set the flags if the page is there. Page-in is not asked. */
const setsFlags: FaultHandler = function* (m, { vma, ptep, access }) {
  const pte = yield* m.entries.readOnce(ptep, 'descriptor');
  if (!m.v.pteValid(pte)) return 'sigsegv';
  yield* m.entries.writeOnce(ptep, needed(m, pte, access), 'descriptor');
  yield* m.k.updateMmuCache(vma, addrOf(ptep.vpn));
  return 'retry';
};

const user: AgentSpec<Paged> = {
  cpu: 1,
  role: 'user',
  note: 'stores',
  *run(m, s) {
    const onFault: FaultHandler = function* (mm, fault) {
      yield* mm.lock(s.zMmLock);
      const answer = yield* setsFlags(mm, fault);
      yield* mm.unlock(s.zMmLock);
      return answer;
    };
    yield* new UserCpu(m, s.vma, { onFault }).store(0);
  },
};

/** What stands in the entry of a page that is in the backing store. */
const tokenOf = (m: Machine, { folio }: Paged): PteWord =>
  m.arch.swap.swpEntryToPte({ type: 1, offset: folio.frames[0]!.pfn });

/** The page whose descriptor was `old` is reachable no more: keep what it was told, and free it. */
function* dropPage(m: Machine, { vma, folio }: Paged, old: PteWord): Step<void> {
  const frame = folio.frames[0]!;
  yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
  if (m.v.pteDirty(old)) yield* m.k.setPageDirty(frame);
  yield* m.k.folioRemoveRmapPte(frame);
  if ((yield* m.k.folioPutRefs(folio)) === 0) yield* freePage(m, frame);
}

const pageOut: AgentSpec<Paged> = {
  cpu: 0,
  role: 'kernel',
  note: 'page out',
  *run(m, s) {
    yield* m.lock(s.zMmLock);
    yield* dropPage(m, s, yield* m.entries.xchg(s.ptep, tokenOf(m, s), 'arch_mem_page_out'));
    yield* m.unlock(s.zMmLock);
  },
};

/** Without the access flag, if it maps a page. */
const aged = ({ v }: Machine, pte: PteWord): PteWord => (v.pteValid(pte) ? v.pteMkold(pte) : pte);

/** The timer of the eviction algorithm. */
const nru: AgentSpec<Paged> = {
  cpu: 2,
  role: 'kernel',
  note: 'NRU timer',
  *run(m, { ptep }) {
    yield* m.entries.update(ptep, (pte) => aged(m, pte), 'clears the access flag');
  },
};

/** A handler that takes no lock. */
const unlocked = (onFault: FaultHandler): AgentSpec<Paged> => ({
  ...user,
  note: 'stores; its faults take no lock',
  *run(m, s) {
    yield* new UserCpu(m, s.vma, { onFault }).store(0);
  },
});

/** Nothing to set: the handler never runs. */
const hardwareSets = (arch: { has(...c: ('hwAccess' | 'hwDirty')[]): boolean }): string | null =>
  arch.has('hwAccess', 'hwDirty') ? 'the walker sets the flags, and the handler is not called' : null;

/** Report r01. */
export const demandFault: Scenario = defineScenario<Paged>({
  id: 'reports/demand-fault',
  title: 'A demand fault stores over a newer entry',
  source: 'zephyr issue 119303 (2026)',
  about:
    'A small kernel keeps access and dirty flags by faults and takes pages away under its memory lock. May the fault that only sets flags do without the lock? No: between its look at the descriptor and its store, page-out has put a token there and freed the page, and the store maps the freed page again. A compare-and-exchange in the handler is enough only if page-out exchanges as well. Under the lock, with atomic changes elsewhere, it holds.',
  invariants: ['UAF', 'DIRTY'],
  params: { block: 1 },
  setup,
  agents: { user, out: pageOut, nru },
  mutants: {
    'no-lock': {
      what: 'the handler reads the descriptor and stores it back without the lock (as reported)',
      breaks: 'UAF',
      why: 'the descriptor of a page that is gone is stored over the token',
      unless: hardwareSets,
      agents: { user: unlocked(setsFlags) },
    },
    'plain-timer': {
      what: 'the timer reads the descriptor and stores it back',
      breaks: 'UAF',
      why: 'the page went in between, and the store maps it again',
      agents: {
        nru: {
          ...nru,
          *run(m, { ptep }) {
            const pte = yield* m.entries.readOnce(ptep, 'arch_page_info_get');
            yield* m.entries.writeOnce(ptep, aged(m, pte), 'clears');
          },
        },
      },
    },
    'compares-only': {
      what: 'the handler compares and exchanges without the lock, and page-out reads, then stores',
      breaks: 'DIRTY',
      why: 'the handler makes the descriptor dirty after page-out has read it',
      instead: ({ has }) =>
        has('splitEntries')
          ? {
              breaks: ['UAF', 'DIRTY'],
              why: 'the token is stored in two halves, and the exchange comes in between',
            }
          : null,
      agents: {
        user: unlocked(function* (m, { vma, ptep, access }) {
          const pte = yield* m.entries.readOnce(ptep, 'descriptor');
          if (!m.v.pteValid(pte)) return 'sigsegv';
          yield* m.entries.cmpxchg(ptep, pte, needed(m, pte, access), 'descriptor');
          yield* m.k.updateMmuCache(vma, addrOf(ptep.vpn));
          return 'retry';
        }),
        out: {
          ...pageOut,
          *run(m, s) {
            yield* m.lock(s.zMmLock);
            const old = yield* m.entries.readOnce(s.ptep, 'arch_page_info_get');
            yield* m.entries.writeOnce(s.ptep, tokenOf(m, s), 'arch_mem_page_out');
            yield* dropPage(m, s, old);
            yield* m.unlock(s.zMmLock);
          },
        },
      },
    },
  },
});
