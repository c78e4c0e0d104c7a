import type { Vma } from '@racewalk/core';
import type { Scenario, World } from '@racewalk/machine';
import {
  ANON_EXCLUSIVE,
  defineScenario,
  FOLL_GET,
  FOLL_WRITE,
  type Folio,
  linux,
  PageFlag,
  storeHeld,
} from '@racewalk/mm';

interface Twins {
  readonly vma: Vma;
  readonly page: Folio;
  readonly kpage: Folio;
}

function setup(w: World): Twins {
  const vma = w.vma({ pages: 1 });
  w.contexts.track(1);
  w.pmds.add(vma);
  const same = { pages: 1, contents: [1] };
  // One reference for the mapping, one for the scanner.
  const mapped = { refcount: 2, mapcount: 1, frameFlags: ANON_EXCLUSIVE };
  const page = linux(w).folio({ ...same, ...mapped, name: 'page' });
  linux(w).mapFolio(vma, page, { young: true, dirty: true });
  const shared = { refcount: 1, mapcount: 0, frameFlags: PageFlag.ANON };
  return { vma, page, kpage: linux(w).folio({ ...same, ...shared, name: 'kpage' }) };
}

/** G15. */
export const mergeVsGup: Scenario = defineScenario<Twins>({
  id: 'ksm/merge-vs-gup',
  title: 'KSM merges a page while somebody takes it for writing without a lock',
  source: 'write_protect_page(), mm/ksm.c; gup_fast_pte_range(), mm/gup.c, Linux 6.12',
  about:
    'KSM makes two equal pages one, and so must be sure that nobody can write to the one it gives up. GUP-fast takes a reference and looks at the entry again. KSM clears and flushes the entry first and counts the references then: one that it does not know gives the entry back, and later ones find no entry. Without the count, who holds a reference writes to a page that nobody maps any more.',
  invariants: ['OWN', 'COH'],
  params: {},
  assumes: 'the page of the scanner has been anonymous memory of a process that the race does not have',
  setup,
  agents: {
    ksm: {
      cpu: 0,
      role: 'kernel',
      note: 'ksmd',
      *run(m, { vma, page, kpage }) {
        const [[old], [shared]] = [page.frames, kpage.frames];
        if (old !== undefined && shared !== undefined) yield* m.k.tryToMergeOnePage(vma, old, shared);
      },
    },
    gup: {
      cpu: 1,
      role: 'kernel',
      note: 'writes to what it has taken',
      *run(m, { vma }) {
        const frame = yield* m.k.getUserPagesFastOnly(vma, vma.start, FOLL_GET | FOLL_WRITE);
        if (frame === null) return;
        yield* storeHeld(m, { vma, vpn: vma.start, frame }, 7);
        yield* m.k.gupPutFolio(frame, 1, FOLL_GET);
      },
    },
  },
  mutants: {
    'not-counted': {
      what: 'the references are not counted',
      breaks: ['OWN', 'COH'],
      why: 'what the holder writes is in a page that nobody maps any more',
      only: ['ksm'],
      patch: {
        *folioRefCount(m, folio) {
          return (yield* m.k.folioMapcount(folio)) + 1;
        },
      },
    },
  },
});
