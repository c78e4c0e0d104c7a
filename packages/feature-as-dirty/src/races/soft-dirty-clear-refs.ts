import { type AtomicBody, atomic, type Cell } from '@racewalk/core/step';
import { type AgentSpec, nothing, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { mkwriteHandler } from '../ops/pfn-mkwrite.js';
import { endsSoftDirty, makeTracked, pageOf, type Tracked } from '../tracked.js';

/** What a reader of pagemap has concluded. */
interface Watched extends Tracked {
  /** 1 if the reader was told that the page has not been written since the marks were cleared. */
  readonly toldClean: Cell;
  /** What the page held right after that. */
  readonly copy: Cell;
}

function setup(w: World): Watched {
  return { ...makeTracked(w, true), toldClean: w.word('told clean'), copy: w.word('copy') };
}

const clearer: AgentSpec<Watched> = {
  cpu: 0,
  role: 'kernel',
  note: 'clear_refs',
  *run(m, s) {
    yield* m.k.clearRefsWrite(s.vma.mm);
  },
};

/** Reads pagemap; if the page is not soft-dirty, copies it and relies on being told of every later store. */
const reader: AgentSpec<Watched> = {
  cpu: 2,
  role: 'kernel',
  note: 'reads pagemap',
  *run(m, s) {
    const [softDirty] = yield* m.k.pagemapRead(s.vma);
    if (softDirty !== false) return;
    const { data } = pageOf(s);
    const run: AtomicBody = (mem, base) => {
      mem[base + s.toldClean] = 1;
      mem[base + s.copy] = mem[base + data] ?? 0;
      return mem[base + s.copy] ?? 0;
    };
    yield* atomic(
      [data, s.toldClean, s.copy],
      run,
      { text: 'not soft-dirty: copies the page', does: 'copy' },
      {
        show: (o) => `→ ${o.result}`,
      },
    );
  },
};

const user: AgentSpec<Watched> = {
  cpu: 1,
  role: 'user',
  note: 'stores twice',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma, { onFault: mkwriteHandler() });
    yield* cpu.store(0, 1);
    yield* cpu.store(0, 2);
  },
};

/** Seed 001: the batched invalidation of soft-dirty, which the author compares his own with. */
export const softDirtyClearRefs: Scenario = defineScenario<Watched>({
  id: 'as-dirty/soft-dirty-clear-refs',
  title: 'Clearing soft-dirty marks with one late invalidation, against a reader of pagemap',
  source:
    'as_dirty helpers thread, 11 June 2019 (seed 001): "very similar to softdirty, which is also doing batched TLB flushes"; clear_refs_write() before and after its locking was mended in 2021',
  about:
    'clear_refs clears soft-dirty marks and write permissions entry by entry, and invalidates once at the end. A reader of pagemap that finds a page unmarked concludes that its copy is current and that the next store will leave a mark. Is that right? Not between the change and the invalidation: a store through a cached translation leaves no mark. The machine finds the conclusion right if clear_refs holds mmap_lock exclusively until the invalidation is complete. It finds it wrong with a shared lock, as in 2019, and without the invalidation.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  needs: ['softDirty'],
  setup,
  agents: { clearer, reader, user },
  finally(w, s, view, faults) {
    if (view.get(s.toldClean) === 0 || endsSoftDirty(w, s, view)) return;
    const { data, name } = pageOf(s);
    if (view.get(s.copy) === view.get(data)) return;
    faults.fail('DIRTY', `${name} was stored to after it was read as not soft-dirty, and still is not`);
  },
  mutants: {
    'shared-lock': {
      what: 'clear_refs shares mmap_lock with readers of pagemap, as in 2019',
      breaks: 'DIRTY',
      why: 'the reader sees the mark gone before the invalidation, and a cached translation lets a store pass without one',
      patch: {
        *mmapWriteLock(m, mm) {
          yield* m.k.downRead(mm.mmapLock);
        },
        *mmapWriteUnlock(m, mm) {
          yield* m.k.upRead(mm.mmapLock);
        },
      },
      within: 'clearRefsWrite',
    },
    'no-flush': {
      what: 'the address space is not invalidated',
      breaks: 'DIRTY',
      why: 'stores through a cached translation leave no mark',
      patch: { flushTlbMm: nothing },
      within: 'clearRefsWrite',
    },
  },
});
