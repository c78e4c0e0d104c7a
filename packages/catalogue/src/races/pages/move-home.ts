import { type Cell, read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, attempts, type Machine, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';

interface Abroad {
  /** Its one mapping is the entry that names it, which holds a reference. */
  readonly page: Folio;
  /** 1: the entry maps memory of the CPU again. */
  readonly home: Cell;
}

/** A page that a device has for itself. */
function setup(w: World): Abroad {
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 1, mapcount: 1 });
  return { page, home: w.word('home') };
}

/** Move it if nobody but the entry and this fault hold a reference. */
function* moves(m: Machine, { page, home }: Abroad): Step<boolean> {
  yield* m.k.folioRefAdd(page);
  const alone = yield* m.k.migrateVmaCheckPage(page);
  if (alone) yield* write(home, 1, 'migrate_vma_pages');
  yield* m.k.folioPutRefs(page, 1);
  return alone;
}

function* faultOnce(m: Machine, s: Abroad): Step<boolean> {
  if ((yield* read(s.home, 'pte_present')) === 1) return true;
  // The reference comes only with the lock.
  if (!(yield* m.trylock(s.page.lock))) {
    yield* m.k.spinAgain([s.home], [0], 'faults again');
    return false;
  }
  const moved = yield* moves(m, s);
  yield* m.unlock(s.page.lock);
  return moved;
}

const fault = (cpu: number): AgentSpec<Abroad> => ({
  cpu,
  role: 'kernel',
  note: 'a fault on the entry',
  run: (m, s) => attempts(() => faultOnce(m, s)),
});

const hindered = (cpu: number): AgentSpec<Abroad> => ({
  ...fault(cpu),
  run: (m, s) =>
    attempts(function* () {
      return (yield* read(s.home, 'pte_present')) === 1 || (yield* moves(m, s));
    }),
});

/** I4. */
export const moveHome: Scenario = defineScenario<Abroad>({
  id: 'pages/move-home',
  title: 'Two faults want a page back from a device, and neither gets it',
  source: 'Linux 1afaeb8293c9 (6.15), do_swap_page()',
  about:
    'A fault on a page that a device has moves it home. It holds a reference meanwhile, and gives up if anybody else does. Two threads that fault at once each find the reference of the other, give up, and fault again, for ever. A fault that takes the lock before it takes the reference hinders nobody.',
  invariants: [],
  params: {},
  assumes:
    'the page is with a device, mapped by an entry that is a word here; the protocol of the check gives no page away',
  setup,
  agents: { one: fault(0), two: fault(1) },
  mutants: {
    'reference-first': {
      what: 'the reference is taken without the lock',
      breaks: 'LIVE',
      why: 'each finds the reference of the other, every time',
      agents: { one: hindered(0), two: hindered(1) },
    },
  },
});
