import { type Cell, read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, attempts, type Machine, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { change } from '../words.js';

interface Abroad {
  readonly refs: Cell;
  /** 1: the entry maps memory of the CPU again. */
  readonly home: Cell;
  readonly lock: Cell;
}

/** Of a page that a device has for itself: the one reference that its entry holds, and its lock. */
function setup(w: World): Abroad {
  return { refs: w.word('refs', 1), home: w.word('home'), lock: w.word('PG_locked') };
}

/** Move it if nobody but the entry and this fault hold a reference. @kernel migrate_vma_check_page */
function* moves({ refs, home }: Abroad): Step<boolean> {
  yield* change(refs, (n) => n + 1, 'get_page');
  const alone = (yield* read(refs, 'migrate_vma_check_page')) === 2;
  if (alone) yield* write(home, 1, 'migrate_vma_pages');
  yield* change(refs, (n) => n - 1, 'put_page');
  return alone;
}

function* faultOnce(m: Machine, s: Abroad): Step<boolean> {
  if ((yield* read(s.home, 'pte_present')) === 1) return true;
  // Twice locked is 2: somebody else has it. The reference comes only with the lock.
  if ((yield* change(s.lock, (n) => Math.min(n + 1, 2), 'trylock_page')) === 2) {
    yield* m.k.spinAgain([s.home], [0], 'faults again');
    return false;
  }
  const moved = yield* moves(s);
  yield* write(s.lock, 0, 'unlock_page');
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
  run: (_m, s) =>
    attempts(function* () {
      return (yield* read(s.home, 'pte_present')) === 1 || (yield* moves(s));
    }),
});

/** I4. */
export const moveHome: Scenario = defineScenario<Abroad>({
  id: 'pages/move-home',
  title: 'Two faults want a page back from a device, and neither gets it',
  source: 'Linux 1afaeb8293c9 (6.15), do_swap_page()',
  about:
    'A fault on a page that a device has moves it home. It holds a reference meanwhile, and gives up if anybody else does. Two threads that fault at once each find the reference of the other, give up, and fault again, for ever. Who takes the lock before the reference hinders nobody.',
  invariants: [],
  params: {},
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
