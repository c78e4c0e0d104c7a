import { addrOf } from '@racewalk/core';
import { type AgentSpec, leavesOut, type Params, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { type HugeArea, hugeArea } from '../setup.js';

/** Operations that empty the entry of a huge page, or leave it invalid, and flush. */
const FORMS = ['pmdp_huge_clear_flush', 'pmdp_invalidate'] as const;

const formOf = ({ form }: Params): (typeof FORMS)[number] => FORMS.find((f) => f === form) ?? FORMS[0];

/** Unmaps the huge page and frees it, on a CPU on which user code runs, too. */
const unmaps: AgentSpec<HugeArea> = {
  cpu: 0,
  role: 'kernel',
  note: 'unmaps, flushes, frees',
  *run(m, { vma, pmdp, huge }) {
    const addr = addrOf(vma.start);
    if (formOf(m.world.params) === 'pmdp_huge_clear_flush') yield* m.pmd.pmdpHugeClearFlush(vma, addr, pmdp);
    else {
      yield* m.pmd.pmdpInvalidate(vma, addr, pmdp);
      yield* m.pmd.pmdClear(pmdp);
    }
    for (const frame of huge.frames) yield* freePage(m, frame);
  },
};

const loads = (cpu: number): AgentSpec<HugeArea> => ({
  cpu,
  role: 'user',
  note: 'loads',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma, { faults: false }).load(0);
  },
});

/** Whom the flushes of huge pages reach. */
export const thpFlushForms: Scenario = defineScenario<HugeArea>({
  id: 'thp/flush-forms',
  title: 'Every operation that takes a huge page away reaches every CPU',
  source: 'pmdp_huge_clear_flush(), pmdp_invalidate(), mm/pgtable-generic.c, Linux 6.12',
  about:
    'The operations on entries of huge pages flush by themselves, by an address and a size. Does what they do reach every CPU? User code runs on the CPU that flushes and on another, and each may have the translation of the huge page. After the operation nobody has it, and the page can be freed. A flush that leaves out its own CPU, or the other, lets it be freed while it is translated.',
  assumes: 'a huge page is mapped one level up, and the protocol of the check maps leaves only',
  invariants: ['UAF'],
  params: { pages: 1 },
  sizes: FORMS.slice(1).map((form) => ({ form })),
  setup: (w) => hugeArea(w),
  agents: { unmaps, own: loads(0), second: loads(1) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'not-the-own': leavesOut(0, 'the CPU that makes it'),
    'not-the-second': leavesOut(1, 'the other CPU'),
  },
});
