import { type Cell, read, write } from '@racewalk/core/step';
import type { AgentSpec, FunctionTable, Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario, type Guest, guestOf, returns, storeHeld } from '@racewalk/mm';
import { munmap } from './agents.js';

interface Cached extends Guest {
  /** `gpc->valid`; here `mmu_lock` stands for `gpc->lock` as well. */
  readonly valid: Cell;
}

/** An invalidation says that what is remembered is not valid any more. */
const tellsTheCache = (valid: Cell): Patch => ({
  *kvmMmuInvalidateBegin(m, kvm) {
    yield* m.k.kvmMmuInvalidateBegin(kvm);
    yield* write(valid, 0, 'gfn_to_pfn_cache_invalidate_start');
  },
});

function setup(w: World): Cached {
  const valid = w.word('gpc.valid');
  w.binder.replace(tellsTheCache(valid) as FunctionTable);
  return { ...guestOf(w, { mapped: false }), valid };
}

/** @kernel hva_to_pfn_retry, kvm_gpc_refresh */
const refresh: AgentSpec<Cached> = {
  cpu: 1,
  role: 'kernel',
  note: 'looks up the page, and writes to it',
  *run(m, { kvm, user, valid }) {
    const seq = yield* m.k.kvmMmuSeq(kvm);
    const found = yield* m.k.hvaToPfn(kvm, 0);
    if (found === null) return;
    yield* m.k.folioPut(found.page);
    yield* m.lock(kvm.mmuLock);
    if (!(yield* m.k.mmuInvalidateRetry(kvm, seq))) yield* write(valid, 1, 'gpc->valid');
    yield* m.unlock(kvm.mmuLock);
    yield* m.lock(kvm.mmuLock);
    if ((yield* read(valid, 'gpc->valid')) === 1)
      yield* storeHeld(m, { vma: user, vpn: user.start, frame: found.page }, 1);
    yield* m.unlock(kvm.mmuLock);
  },
};

/** H9. */
export const pfnCache: Scenario = defineScenario<Cached>({
  id: 'kvm/pfn-cache',
  title: 'A hypervisor remembers the frame of a page that it writes to now and then',
  source: 'Linux 58cd407ca4c6 (5.19), virt/kvm/pfncache.c',
  about:
    'The frame of a page is looked up once, and remembered without a reference. An invalidation of the page marks what is remembered as not valid any more. If it comes after the look-up and before the frame is remembered, there is nothing to mark yet. So the code that looks up has to ask afterwards whether there was an invalidation.',
  invariants: ['UAF'],
  params: { pages: 1 },
  setup,
  agents: {
    host: munmap,
    refresh,
  },
  mutants: {
    'asks-not': {
      what: 'nobody asks whether there was an invalidation meanwhile',
      breaks: 'UAF',
      why: 'what is remembered was looked up before it, and declared valid after it',
      patch: { mmuInvalidateRetry: returns(false) },
    },
  },
});
