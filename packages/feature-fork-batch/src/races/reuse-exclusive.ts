import { type Cell, read, write } from '@racewalk/core/step';
import { type AgentSpec, type Scenario, UserCpu, type World } from '@racewalk/machine';
import {
  defineScenario,
  GUP_PIN_COUNTING_BIAS,
  type HeldPage,
  doUserAddrFault as onFault,
  returns,
  storeHeld,
} from '@racewalk/mm';
import { DEVICE_VALUE } from '../agents/dma.js';
import { expectRead, PARENT_VALUE } from '../agents/users.js';
import { type Fork, forkSetup, frameAt } from '../setup.js';

/** A page that a device holds. */
interface Held extends Fork {
  readonly held: HeldPage;
  /** 1 once the device has written. */
  readonly done: Cell;
}

/** One page, exclusive, pinned, and read-only for the moment: it was protected and is writable again. */
function setup(w: World): Held {
  const s = forkSetup(w, { write: false, dirty: true, spares: { 1: 1 } });
  w.cells.setInitial(s.folio.refcount, 1 + GUP_PIN_COUNTING_BIAS);
  w.cells.setInitial(s.parent.mm.hasPinned, 1);
  const held = { vma: s.parent, vpn: s.parent.start, frame: frameAt(s, 0) };
  return { ...s, held, done: w.word('device is done') };
}

const device: AgentSpec<Held> = {
  cpu: 3,
  role: 'device',
  note: 'writes to the page it holds',
  *run(m, s) {
    yield* storeHeld(m, s.held, DEVICE_VALUE);
    yield* write(s.done, 1, 'device is done');
  },
};

const user: AgentSpec<Held> = {
  cpu: 1,
  role: 'user',
  note: 'stores, then reads what the device wrote',
  *run(m, s) {
    const cpu = new UserCpu(m, s.parent, { onFault });
    const before = yield* read(s.done, 'device done?', (o) => (o.result ? '→ yes' : '→ no'));
    if (before !== 0) {
      yield* expectRead(yield* cpu.loadValue(0), DEVICE_VALUE, 'what the device wrote');
      return;
    }
    yield* cpu.store(0, PARENT_VALUE);
  },
};

/** Race E3, the opposite failure. */
export const reuseExclusive: Scenario = defineScenario<Held>({
  id: 'fork-batch/reuse-exclusive',
  title: 'A store to a read-only page that is exclusive and pinned',
  source:
    'Batch-copy PTE ranges during fork(), November 2023 (seed 004), part 1: what the exclusive mark that a batch clears is for; Linux 6c287605fd56 (5.19), and 09854ba94c6a (5.9), which counted references',
  about:
    'A page of one process is read-only for a while and then writable again; the next store faults. Whether the process may keep the page was once decided by counting: references, in 5.9. But a device that has pinned the page holds a reference as well, so the process got a copy and the device went on writing to a page nobody looks at any more. Since 5.19 the page says for itself that it is exclusive, fork clears that only where nothing is pinned, and an exclusive page is always kept. The machine says that with the mark device and process never part, and that with counting they do.',
  invariants: ['OWN', 'COH'],
  params: { block: 1 },
  setup,
  agents: { user, device },
  mutants: {
    'by-references': {
      what: 'the fault handler counts references and does not look at the mark',
      breaks: 'OWN',
      why: 'the pin is a reference, so the process is given a copy, and the device writes to the old page',
      patch: { pageAnonExclusive: returns(false) },
    },
  },
});
