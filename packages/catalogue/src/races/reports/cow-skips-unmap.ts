import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux, PageFlag } from '@racewalk/mm';

/** Two tasks that map the backing page of one object read-only; the first has a copy waiting in an object above it. */
interface Layers {
  readonly a: Vma;
  readonly b: Vma;
  readonly backing: Folio;
  readonly copy: Folio;
}

function setup(w: World): Layers {
  const anon = { frameFlags: PageFlag.ANON };
  const backing = linux(w).folio({
    name: 'backing',
    pages: 1,
    refcount: 2,
    mapcount: 2,
    contents: [5],
    ...anon,
  });
  const copy = linux(w).folio({ name: 'copy', pages: 1, refcount: 1, mapcount: 0, contents: [0], ...anon });
  const a = w.vma({ pages: 1, name: 'taskA' });
  const b = w.vma({ pages: 1, name: 'taskB', mm: w.mm('mmB') });
  for (const vma of [a, b]) linux(w).mapFolio(vma, backing, { write: false, young: true });
  return { a, b, backing, copy };
}

/** Take a page out of every mapping, and flush. */
function* pmapPageProtect(m: Machine, page: Folio): Step<void> {
  for (const { vma } of page.areas) {
    const ptep = vma.table.entries[0]!;
    yield* m.pteOffsetMapLock(vma.table);
    if (m.v.ptePresent(yield* m.pte.ptepGet(ptep))) yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep);
    yield* m.pteUnmapUnlock(vma.table);
  }
}

/** Map the copy; the two objects collapse, so that it covers the backing page, which is freed. */
function* coverPage(m: Machine, { a, backing, copy }: Layers): Step<void> {
  const { v } = m;
  const readOnly = v.pteMkyoung(v.pfnPte(copy.frames[0]!.pfn, v.mkProt({ read: true, write: false })));
  yield* m.pteOffsetMapLock(a.table);
  // The store goes over what is there: that the other task has the old page does not concern this one.
  yield* m.pte.setPteAt(a.mm, addrOf(a.start), a.table.entries[0]!, v.pteMkwrite(v.pteMkdirty(readOnly)));
  yield* m.pteUnmapUnlock(a.table);
  yield* freePage(m, backing.frames[0]!);
}

/** The fault of the first task. */
const fault: AgentSpec<Layers> = {
  cpu: 0,
  role: 'kernel',
  note: 'vm_fault',
  *run(m, s) {
    yield* m.k.copyUserHighpage(s.copy.frames[0]!, s.backing.frames[0]!);
    yield* pmapPageProtect(m, s.backing);
    yield* coverPage(m, s);
  },
};

const reader = (cpu: number, which: 'a' | 'b'): AgentSpec<Layers> => ({
  cpu,
  role: 'user',
  note: 'loads twice',
  *run(m, s) {
    const user = new UserCpu(m, s[which], { faults: false });
    if (yield* user.load(0)) yield* user.load(0);
  },
});

/** Report r08. */
export const cowSkipsUnmap: Scenario = defineScenario<Layers>({
  id: 'reports/cow-skips-unmap',
  title: 'A copy-on-write fault skips the unmap of the other mappings',
  source: 'Uros issue 385 (2026), after Mach: vm_fault and vm_object_collapse',
  about:
    'A store faults on a page of a backing object. The kernel copies it to the object above, takes the old page out of all mappings, and maps the copy. Then the two objects collapse, and the old page is freed. May a fast path skip the unmap, because the object above has only one reference? No: another task maps the backing object itself, and a sibling thread has the old page in its TLB. Both reach a page that is free.',
  invariants: ['UAF'],
  params: { block: 1 },
  assumes: 'the copy belongs to an object above the other, which Linux does not have',
  setup,
  agents: { fault, sibling: reader(1, 'a'), other: reader(2, 'b') },
  mutants: {
    'skips-protect': {
      what: 'the page is not taken out of the mappings before it is covered',
      breaks: 'UAF',
      why: 'another task still maps it, and its frame is free',
      agents: {
        fault: {
          ...fault,
          note: 'vm_fault, one reference to the top object',
          *run(m, s) {
            yield* m.k.copyUserHighpage(s.copy.frames[0]!, s.backing.frames[0]!);
            yield* coverPage(m, s);
          },
        },
      },
    },
  },
});
