/**
 * Remote invalidation under KVM. Hyper-V and Xen flush by a hypercall that interrupts nobody, which is the parameter
 * `flush: 'paravirt'` of a world.
 */
import { atomic, choose } from '@racewalk/core/step';
import { answersIpi, type Patch, waitedFor } from '@racewalk/machine';

/**
 * A target that runs is interrupted and waited for. One that the host has preempted gets a note: it flushes before it
 * runs again, which nobody can tell from a flush made at once. For a world with `flush: 'paravirt'`.
 * @kernel kvm_flush_tlb_multi
 */
export const KVM_FLUSH: Patch = {
  *flushTlbRange(m, vma, start, end, lastLevel) {
    for (const cpu of waitedFor(m)) {
      if ((yield* choose(2, `cpu${cpu} runs or is preempted`)) === 1) continue;
      const waits = answersIpi(m, cpu);
      yield* atomic([waits.guard], () => 0, { text: `IPI cpu${cpu}`, does: 'interrupt' }, waits);
    }
    yield* m.tlb.flushTlbRange(vma, start, end, lastLevel);
  },
};
