import { type Cell, read, write } from '@racewalk/core/step';
import { type AgentSpec, nothing, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';

interface Ring {
  /** An entry of the ring, which both share. @kernel struct kvm_dirty_gfn */
  readonly flags: Cell;
  readonly offset: Cell;
  readonly harvested: Cell;
}

/** The number of the page that is written. */
const PAGE = 7;

function setup(w: World): Ring {
  return { flags: w.word('gfn.flags'), offset: w.word('gfn.offset'), harvested: w.word('harvested', PAGE) };
}

/** @kernel kvm_dirty_ring_push */
const push: AgentSpec<Ring> = {
  cpu: 0,
  role: 'kernel',
  note: 'a CPU of the guest has written',
  *run(m, { flags, offset }) {
    yield* write(offset, PAGE, 'entry->offset');
    yield* m.k.smpWmb();
    yield* write(flags, 1, 'entry->flags = dirty');
  },
};

const harvest: AgentSpec<Ring> = {
  cpu: 1,
  role: 'kernel',
  note: 'the monitor collects what is dirty',
  *run(m, { flags, offset, harvested }) {
    if ((yield* read(flags, 'entry->flags')) !== 1) return;
    yield* m.k.smpRmb();
    yield* write(harvested, yield* read(offset, 'entry->offset'), 'harvested');
  },
};

/** I5. */
export const dirtyRing: Scenario = defineScenario<Ring>({
  id: 'kvm/dirty-ring',
  title: 'An entry of a dirty ring is seen as full before it is',
  source: 'Linux 8929bc965964 (6.1), virt/kvm/dirty_ring.c',
  about:
    'A CPU of a guest puts the page that it has written into a ring: first the number of the page, then the flag. The monitor reads the flag, then the number. Where stores or loads are not kept in order, it takes the number that stood there before, and the page that was written is not migrated.',
  invariants: ['DIRTY'],
  params: {},
  memory: 'weak',
  setup,
  agents: { push, harvest },
  finally(_w, { harvested }, view, faults) {
    const page = view.get(harvested);
    if (page !== PAGE) faults.fail('DIRTY', `page ${page} was collected, and page ${PAGE} was written`);
  },
  mutants: {
    'no-release': {
      what: 'the flag is an ordinary store',
      breaks: 'DIRTY',
      why: 'it may arrive first',
      unless: REASONS.storesInOrder,
      patch: { smpWmb: nothing },
    },
    'no-acquire': {
      what: 'the flag is an ordinary load',
      breaks: 'DIRTY',
      why: 'the page may be loaded before it',
      unless: REASONS.loadsInOrder,
      patch: { smpRmb: nothing },
    },
  },
});
