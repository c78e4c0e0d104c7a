import { addrOf, type Vma } from '@racewalk/core';
import type { Patch, Scenario, World } from '@racewalk/machine';
import {
  defineScenario,
  FOLL_FORCE,
  FOLL_WRITE,
  type Folio,
  linux,
  pageCache,
  sparePages,
} from '@racewalk/mm';
import { forcedWriter } from '../agents.js';

interface Mapped {
  readonly vma: Vma;
  readonly page: Folio;
}

/** A private, read-only mapping of a file's page, empty; another process maps the page itself. */
function setup(w: World): Mapped {
  const mapping = w.addressSpace('file');
  const prot = { read: true, write: false };
  const vma = w.vma({ pages: 1, name: 'private', prot, mapping });
  const other = w.vma({ pages: 1, name: 'other', mm: w.mm('other'), prot, mapping, shared: true });
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 2, mapcount: 1 });
  linux(w).mapFolio(other, page, { young: true });
  pageCache(w, mapping, [page]);
  const spare = (name: string) => linux(w).folio({ name, pages: 1, refcount: 1, mapcount: 0 });
  sparePages(w, 0, [spare('copy'), spare('another copy')]);
  return { vma, page };
}

/** Drops the wish to write once a fault for it was handled. */
const dropsWrite: Patch = {
  *__getUserPages(m, vma, vpn, flags) {
    const page = yield* m.k.followPageMask(vma, vpn, flags);
    if (page !== null) return page;
    if (!(yield* m.k.faultinPage(vma, vpn, flags))) return null;
    const again = vma.prot.write ? flags : flags & ~FOLL_WRITE;
    return yield* m.k.__getUserPages(vma, vpn, again);
  },
};

/** A dirty entry proves the copy. */
const dirtyProves: Patch = {
  // biome-ignore lint/correctness/useYield: nothing is read
  *canFollowWritePte(m, pte, _page, flags) {
    return m.v.pteWrite(pte) || ((flags & FOLL_FORCE) !== 0 && m.v.pteDirty(pte));
  },
};

/** Race E1. */
export const forcedWrite: Scenario = defineScenario<Mapped>({
  id: 'gup/forced-write',
  title: 'A forced write to a private file mapping, and MADV_DONTNEED',
  source: 'CVE-2016-5195, Linux 19be0eaffa3a (4.9); can_follow_write_pte(), Linux 6.12',
  about:
    'A debugger writes to a read-only private mapping: the fault makes a copy, whose entry stays read-only. How does the next look know that it may write there? Until 4.8 the wish to write was dropped once the fault was handled. MADV_DONTNEED may throw the copy away in between; then the next look is a read, finds the page of the file, and the file is written. The wish must stay, and a read-only entry counts only if its page is exclusive.',
  invariants: ['OWN', 'UAF'],
  params: { block: 1 },
  setup,
  agents: {
    gup: forcedWriter,
    dontneed: {
      cpu: 1,
      role: 'kernel',
      note: 'MADV_DONTNEED',
      *run(m, { vma }) {
        yield* m.k.madviseDontneedSingleVma(vma, addrOf(vma.start), addrOf(vma.end));
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'drops-write': {
      what: 'the wish to write is dropped once a fault was handled, as until 4.8',
      breaks: 'OWN',
      why: 'the copy is gone, and a read finds the page of the file',
      patch: dropsWrite,
    },
  },
  holds: {
    'dirty-proves': {
      what: 'a dirty entry is taken for that of the copy, as from 4.9 to 5.19',
      why: 'nothing else makes an entry of a read-only mapping dirty',
      patch: dirtyProves,
    },
  },
});
