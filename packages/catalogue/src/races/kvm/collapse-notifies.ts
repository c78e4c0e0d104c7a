import { type AddressSpace, addrOf, type NotifierRange, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine, Scenario, World } from '@racewalk/machine';
import { defineScenario, type Guest, guestOf, upperLevel } from '@racewalk/mm';
import { vcpu } from './agents.js';

interface File extends Guest {
  readonly mapping: AddressSpace;
}

/** The memory of a guest is a file, whose pages are about to become a huge one. */
function setup(w: World): File {
  const mapping = w.addressSpace('file');
  const s = guestOf(w, { pages: 2, mapping });
  upperLevel(w, s.user);
  return { ...s, mapping };
}

/** The small page goes out of the table of the process. */
function* takeOut(m: Machine, { user, page }: File): Step<void> {
  yield* m.pteOffsetMapLock(user.table);
  yield* m.pte.ptepClearFlush(user, addrOf(user.start), ptepOf(user, user.start));
  yield* m.k.folioRemoveRmapPte(page.frames[0]!);
  yield* m.pteUnmapUnlock(user.table);
}

/** The page is freed, and the table given up. */
function* giveUp(m: Machine, { mapping, page }: File): Step<void> {
  yield* m.k.folioPut(page.frames[0]!);
  yield* m.k.retractPageTables(mapping);
}

/** @kernel collapse_file, collapse_pte_mapped_thp */
const khugepaged: AgentSpec<File> = {
  cpu: 0,
  role: 'kernel',
  note: 'khugepaged: the small pages go',
  *run(m, s) {
    const { mm, start, end } = s.user;
    const range: NotifierRange = { event: 'clear', mm, start, end };
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* takeOut(m, s);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
    yield* giveUp(m, s);
  },
};

/** H4. */
export const collapseNotifies: Scenario = defineScenario<File>({
  id: 'kvm/collapse-notifies',
  title: 'Pages of a file that a guest runs on become a huge one',
  source: 'Linux f268f6cf875f (6.1), mm/khugepaged.c',
  about:
    'khugepaged takes small pages of a file out of the tables of a process, and frees them. The process is that of a hypervisor, whose second stage has the pages as well. Tables and TLBs of the CPUs are right. Who tells the second stage? Only the notifier; without it the guest goes on with pages that are free.',
  invariants: ['UAF'],
  assumes:
    'entries of a second stage hold no reference, and the protocol of the check maps pages of processes only',
  params: { pages: 2 },
  setup,
  agents: {
    khugepaged,
    guest: vcpu,
  },
  mutants: {
    'tells-nobody': {
      what: 'no notifier, as until 6.0',
      breaks: 'UAF',
      why: 'the second stage keeps the page',
      agents: {
        khugepaged: {
          ...khugepaged,
          *run(m, s) {
            yield* takeOut(m, s);
            yield* giveUp(m, s);
          },
        },
      },
    },
  },
});
