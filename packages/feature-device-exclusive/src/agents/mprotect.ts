import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Place } from '@racewalk/mm';

/** `mprotect(PROT_READ)` of one page; the mmap lock is held. */
export function* protectPage(m: Machine, { vma, address }: Place): Step<void> {
  const tlb = yield* m.k.tlbGatherMmu(vma.mm);
  const change = { prot: { read: true, write: false } };
  yield* m.k.changeProtection(tlb, vma, address, address + 1, change);
  yield* m.k.tlbFinishMmu(tlb);
}
