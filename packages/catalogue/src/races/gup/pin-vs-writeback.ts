import type { Vma } from '@racewalk/core';
import { atomic, type Cell, write } from '@racewalk/core/step';
import type { AgentSpec, FunctionTable, Patch, Scenario, World } from '@racewalk/machine';
import {
  defineScenario,
  FOLL_LONGTERM,
  FOLL_PIN,
  FOLL_WRITE,
  type Folio,
  linux,
  storeHeld,
} from '@racewalk/mm';

interface Pinned {
  readonly vma: Vma;
  readonly page: Folio;
  /** 1 while the filesystem has what it needs to write the page out. */
  readonly buffers: Cell;
}

/** A page of a file that a process maps and has written to. */
function setup(w: World): Pinned {
  const mapping = w.addressSpace('file');
  const vma = w.vma({ pages: 1, mapping, shared: true });
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 2, mapcount: 1 });
  linux(w).mapFolio(vma, page, { young: true, dirty: true });
  const s = { vma, page, buffers: w.word('buffers of the page', 1) };
  w.binder.replace(marksAgain(s) as FunctionTable, { within: 'setPageDirtyLock' });
  return s;
}

/** When the page is made dirty again, the filesystem has to have what it needs: nobody asks it. */
const marksAgain = ({ page, buffers }: Pinned): Patch => ({
  *folioMarkDirty(m, folio) {
    yield* atomic(
      [buffers],
      (mem, base, faults) => {
        if (mem[base + buffers] === 0)
          faults.fail('DIRTY', `${page.name} becomes dirty, and the filesystem cannot write it out`);
        return 0;
      },
      { text: `${page.name} is written again`, does: 'observe' },
    );
    yield* m.k.folioMarkDirty(folio);
  },
});

/** Writeback; `asks`: of a page that a device may write to the filesystem keeps what it needs. */
const writeback = (asks: boolean): AgentSpec<Pinned> => ({
  cpu: 1,
  role: 'kernel',
  note: 'fsync',
  *run(m, { page, buffers }) {
    yield* m.lock(page.lock);
    yield* m.k.folioClearDirtyForIo(page);
    if (asks && (yield* m.k.folioMaybeDmaPinned(page))) yield* m.k.folioMarkDirty(page);
    else yield* write(buffers, 0, 'the filesystem drops its buffers');
    yield* m.unlock(page.lock);
  },
});

/** How the device gets the page. */
type Pins = 'pinUserPagesUnlocked' | 'pinUserPagesFast';

/** RDMA: pin, DMA, unpin. */
const device = (pins: Pins): AgentSpec<Pinned> => ({
  cpu: 0,
  role: 'kernel',
  note: 'pin, DMA, unpin',
  *run(m, { vma, page }) {
    const flags = FOLL_WRITE | FOLL_LONGTERM;
    const frame = yield* m.k[pins](vma, vma.start, flags);
    if (frame === null) return;
    yield* storeHeld(m, { vma, vpn: vma.start, frame }, 7);
    if (!(yield* m.k.folioTestDirty(page))) yield* m.k.setPageDirtyLock(page);
    yield* m.k.gupPutFolio(frame, 1, FOLL_PIN);
  },
});

const granted: Patch = { checkVmaFlags: () => true };

/** Race E7. */
export const pinVsWriteback: Scenario = defineScenario<Pinned>({
  id: 'gup/pin-vs-writeback',
  title: 'A device writes to a page of a file that writeback has made clean',
  source: 'check_vma_flags(), Linux 8ac268436e6d (6.5); Documentation/core-api/pin_user_pages.rst',
  about:
    'RDMA pins a page of a file for writing. Writeback write-protects every mapping, writes the page out, and the filesystem drops what it needs for that. The device writes on: a pin is no mapping, and takes no fault. When it lets go, the page is made dirty, and the filesystem was never asked. Since 6.5 such a pin is refused for good. The other repair is that writeback asks for pins, once no mapping permits stores any more.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 1 },
  setup,
  agents: {
    device: device('pinUserPagesUnlocked'),
    writeback: writeback(false),
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'pins-file-pages': {
      what: 'the pin is granted, as until 6.4',
      breaks: 'DIRTY',
      why: 'the device writes after the page was made clean, and nobody tells the filesystem',
      patch: granted,
    },
  },
  holds: {
    'asks-for-pins': {
      what: 'the pin is granted, and writeback asks for pins',
      why: 'a pin is taken under the page-table lock from a writable entry: so it comes before the write protection, and is seen',
      patch: granted,
      agents: { writeback: writeback(true) },
    },
  },
});

/** The same by the walk without a lock, which sees no area. */
export const pinFastVsWriteback: Scenario = defineScenario<Pinned>({
  id: 'gup/pin-fast-vs-writeback',
  title: 'A device pins a page of a file without a lock, and writes after writeback has made it clean',
  source: 'gup_fast_folio_allowed(), Linux a6e79df92e4a (6.5); mm/gup.c of Linux 6.12',
  about:
    'The fast walk finds a page by the table alone and does not know the area, so the refusal of pins for writing and for good that the slow path makes does not reach it. It holds the page first, and asks the folio then: with the reference the folio cannot become another. A page of a file is given back, and the slow path says no. Without that question the device writes after writeback, and the filesystem is never asked.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 1 },
  setup(w) {
    // The walk turns interrupts off there.
    w.contexts.track(0);
    return setup(w);
  },
  agents: { device: device('pinUserPagesFast'), writeback: writeback(false) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'fast-asks-nothing': {
      what: 'only the slow path refuses',
      breaks: 'DIRTY',
      why: 'the fast walk never looks at the area, and pins the page',
      patch: { gupFastFolioAllowed: () => true },
    },
  },
});
