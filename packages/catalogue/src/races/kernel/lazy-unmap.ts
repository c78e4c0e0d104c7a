import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, read, write } from '@racewalk/core/step';
import { type AgentSpec, KernelCpu, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';

interface Block {
  readonly vma: Vma;
  readonly page: Folio;
  /** What is free in the block, what was unmapped and not flushed, and the lock of both. @kernel struct vmap_block */
  readonly free: Cell;
  readonly dirty: Cell;
  readonly lock: Cell;
}

/** A block of addresses for short mappings, all of it given out. */
function setup(w: World): Block {
  const vma = w.vma({ pages: 1, name: 'vmap', mm: w.mm('init_mm'), flags: { global: true } });
  const page = linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 });
  w.mapFrames(vma, page, { young: true, dirty: true });
  return { vma, page, free: w.word('vb.free'), dirty: w.word('vb.dirty'), lock: w.lock('vb.lock') };
}

/** vm_unmap_ram(), and vm_unmap_aliases() before the page goes: those of which `looksAt` is true are flushed. */
const unmap = (looksAt: (free: number) => boolean): AgentSpec<Block> => ({
  cpu: 0,
  role: 'kernel',
  *run(m, { vma, page, free, dirty, lock }) {
    yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vma.start), ptepOf(vma, vma.start));
    yield* m.lock(lock);
    yield* write(dirty, 1, 'vb->dirty');
    yield* m.unlock(lock);
    yield* m.lock(lock);
    const owed = looksAt(yield* read(free, 'vb->free')) && (yield* read(dirty, 'vb->dirty')) === 1;
    if (owed) yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    yield* m.unlock(lock);
    for (const frame of page.frames) yield* freePage(m, frame);
  },
});

/** I2. */
export const lazyUnmap: Scenario = defineScenario<Block>({
  id: 'kernel/lazy-unmap',
  title: 'A flush of what is owed passes over blocks that are full',
  source: 'Linux fc1e0d980037 (6.5), _vm_unmap_aliases()',
  about:
    'Addresses of the kernel are unmapped without a flush, which is owed until somebody asks. Whoever asks walks a list of blocks. A block that is given out completely was not on the list: its addresses were not flushed, and the page is freed while another CPU leads to it.',
  invariants: ['UAF'],
  params: {},
  assumes: 'pages of the kernel are mapped by no fault',
  setup,
  agents: {
    unmap: unmap(() => true),
    user: {
      cpu: 1,
      role: 'kernel',
      note: 'loads by the old address',
      *run(m, { vma }) {
        yield* new KernelCpu(m, vma).load(0);
      },
    },
  },
  mutants: {
    'passes-over-full': {
      what: 'blocks in which nothing is free are passed over',
      breaks: 'UAF',
      why: 'what they owe stays owed',
      agents: { unmap: unmap((free) => free !== 0) },
    },
  },
});
