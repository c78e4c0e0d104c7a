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
    "A process's page becomes read-only and then writable again, and the next store faults. May the process keep the page? Linux 5.9 decided by counting references. But a device that pinned the page holds one too, so the process got a copy and the device wrote to a page that nobody used. Since 5.19 the page has an exclusive mark, fork clears it only if nothing is pinned, and an exclusive page is always kept. With the mark device and process never part. With counting they do.",
  invariants: ['OWN', 'COH'],
  params: { block: 1 },
  setup,
  agents: { user, device },
  linux: { '6.12': 'upstream' },
  mutants: {
    'by-references': {
      what: 'the fault handler counts references and does not look at the mark',
      breaks: 'OWN',
      why: 'the pin is a reference, so the process is given a copy, and the device writes to the old page',
      patch: { pageAnonExclusive: returns(false) },
    },
  },
});
