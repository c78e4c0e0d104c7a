import { addrOf, type Mm, ptepOf, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, type Step, type Word } from '@racewalk/core/step';
import {
  type AgentSpec,
  invalidateOn,
  runUser,
  type Scenario,
  stopUser,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';

interface Steal {
  readonly mm: Mm;
  readonly vma: Vma;
  readonly page: Folio;
  /** `kvm_steal_time.preempted` */
  readonly preempted: Cell;
}

const PREEMPTED = 1;
const FLUSH = 2;

/** One access to the shared byte, whole. */
function change(cell: Cell, next: (old: Word) => Word, op: string): Step<Word> {
  const run: AtomicBody = (mem, base) => {
    const old = mem[base + cell] ?? 0;
    mem[base + cell] = next(old);
    return old;
  };
  return atomic([cell], run, { op, text: 'preempted', does: 'update', on: [cell] });
}

/** A guest of two CPUs: on one of them the address space runs. */
function setup(w: World): Steal {
  const spaces = w.follow({ tags: 1 });
  const mm = w.mm('mm');
  const vma = w.vma({ mm, pages: 1 });
  const page = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, page, { young: true, dirty: true });
  spaces.starts(1, mm);
  return { mm, vma, page, preempted: w.word('preempted') };
}

/** The guest loads, and the hypervisor takes its CPU away. */
function* isPreempted(cpu: UserCpu, { preempted }: Steal): Step<void> {
  yield* cpu.load(0);
  yield* stopUser(cpu.m);
  yield* change(preempted, () => PREEMPTED, 'kvm_steal_time_set_preempted');
}

/** The guest gets its CPU back: what it asked for meanwhile is done before it runs. */
function* runsAgain(cpu: UserCpu, { vma }: Steal, asked: Word): Step<void> {
  if ((asked & FLUSH) !== 0) yield* invalidateOn(cpu.m, [1], { vma });
  yield* runUser(cpu.m);
  yield* cpu.load(0);
}

/** The CPU of the guest that the hypervisor takes away and gives back. */
const vcpu: AgentSpec<Steal> = {
  cpu: 1,
  role: 'user',
  note: 'loads, is preempted, loads',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma, { faults: false });
    yield* isPreempted(cpu, s);
    yield* runsAgain(cpu, s, yield* change(s.preempted, () => 0, 'xchg'));
  },
};

/** G7. */
export const preemptedFlush: Scenario = defineScenario<Steal>({
  id: 'paravirt/preempted-flush',
  title: 'A flush is left as a note for a CPU that the hypervisor has taken away',
  source: 'kvm_flush_tlb_multi() and record_steal_time(); CVE-2019-3016, Linux b043138246a4 (5.6)',
  about:
    'A guest flushes a CPU that does not run: instead of an interrupt it leaves a note in a shared byte, and the hypervisor flushes before the CPU runs again. Is the note always seen? Yes, if the byte is exchanged. If it is read and then cleared, a note that comes in between is lost, and the CPU runs with an old translation.',
  invariants: ['UAF'],
  params: { block: 1 },
  setup,
  agents: {
    kernel: {
      cpu: 0,
      role: 'kernel',
      note: 'unmaps, flushes, frees',
      *run(m, { mm, vma, page, preempted }) {
        yield* m.pte.ptepGetAndClear(mm, addrOf(vma.start), ptepOf(vma, vma.start));
        const was = yield* change(
          preempted,
          (old) => ((old & PREEMPTED) === 0 ? old : old | FLUSH),
          'try_cmpxchg',
        );
        if ((was & PREEMPTED) === 0) yield* invalidateOn(m, [1], { vma });
        const [frame] = page.frames;
        if (frame !== undefined) yield* freePage(m, frame);
      },
    },
    vcpu,
  },
  mutants: {
    'read-then-clear': {
      what: 'the byte is read, and cleared in a step of its own',
      breaks: 'UAF',
      why: 'the note comes between the two',
      agents: {
        vcpu: {
          ...vcpu,
          *run(m, s) {
            const cpu = new UserCpu(m, s.vma, { faults: false });
            yield* isPreempted(cpu, s);
            const asked = yield* change(s.preempted, (old) => old, 'load');
            yield* change(s.preempted, () => 0, 'store');
            yield* runsAgain(cpu, s, asked);
          },
        },
      },
    },
  },
});
