import { addrOf } from '@racewalk/core';
import { type AgentSpec, nothing, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, doUserAddrFault as onFault, returns } from '@racewalk/mm';
import { accountsAgree } from '../accounts.js';
import { afterFork, fork } from '../agents/fork.js';
import { CHILD_VALUE, expectRead, PARENT_VALUE } from '../agents/users.js';
import { type Fork, forkSetup } from '../setup.js';

/** Stores to the page both have, once fork is over, and reads it back. */
const process = (cpu: number, who: 'parent' | 'child', value: number): AgentSpec<Fork> => ({
  cpu,
  role: 'user',
  note: who,
  *run(m, s) {
    yield* afterFork(s);
    const user = new UserCpu(m, s[who], { onFault });
    yield* user.store(0, value);
    yield* expectRead(yield* user.loadValue(0), value, `the ${who} reads back what it stored`);
  },
});

/** The copy on write that fork leaves to others. */
export const cowAfterFork: Scenario = defineScenario<Fork>({
  id: 'fork-batch/cow-after-fork',
  title: 'Parent and child both store to a page after fork',
  source:
    'Batch-copy PTE ranges during fork(), November 2023 (seed 004), part 1: the exclusive mark and the references of a batch; Linux 6c287605fd56 (5.19): PageAnonExclusive',
  about:
    "After fork both processes map the page and neither may write. The first that stores gets a copy; the other may then find no other reference to the old page and keep it. Is this right when both fault at once? Yes, although only the references order them. Each process reads what it stored, nobody writes a page that the other maps, and all counts end right. Pages of a large folio are never kept, as in Linux. It takes all three: clearing the parent's mark, no write permission for the child, and a reference per mapping.",
  invariants: ['OWN', 'COH', 'RMAP'],
  params: { block: 1 },
  sizes: [{ block: 2 }],
  setup: (w) => forkSetup(w, { spares: { 1: 1, 2: 1 } }),
  agents: {
    fork,
    parent: process(1, 'parent', PARENT_VALUE),
    child: process(2, 'child', CHILD_VALUE),
  },
  finally: accountsAgree(),
  linux: { '6.12': 'upstream' },
  mutants: {
    'exclusive-left-set': {
      what: 'fork does not clear the mark that says the page belongs to the parent alone',
      breaks: 'OWN',
      why: 'the fault of the parent makes the page writable in place while the child has it',
      patch: { clearPageAnonExclusive: nothing },
    },
    'child-inherits-write': {
      what: 'the entries of the child keep the write permission',
      breaks: 'OWN',
      why: 'the child stores to the page of the parent without any fault',
      patch: {
        *__copyPresentPtes(m, dstVma, { mm }, dstPte, srcPte, pte, nr) {
          yield* m.pte.wrprotectPtes(mm, addrOf(srcPte.vpn), srcPte, nr);
          yield* m.pte.setPtes(dstVma.mm, addrOf(dstPte.vpn), dstPte, m.v.pteMkold(pte), nr);
        },
      },
    },
    'no-references': {
      what: 'the mappings of the child are counted, and no references are taken for them',
      breaks: 'OWN',
      why: 'the process that faults finds one reference, and takes the page for its own',
      within: 'copyPresentPtes',
      patch: { folioRefAdd: returns(0) },
    },
  },
});
