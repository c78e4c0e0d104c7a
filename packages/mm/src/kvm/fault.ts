/** A guest faults on its second stage. (arch/arm64/kvm/mmu.c, virt/kvm/kvm_main.c, Linux 6.12) */
import { type AccessKind, addrOf, ptepOf } from '@racewalk/core';
import { atomic, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import type { Kvm } from './kvm.js';

/** The page of the process behind page `index` of the guest, with a reference, and whether it may be written; null: none. @kernel hva_to_pfn */
export function* hvaToPfn(
  m: Machine,
  kvm: Kvm,
  index: number,
): Step<{ readonly page: Frame; readonly writable: boolean } | null> {
  const ptep = ptepOf(kvm.user, kvm.user.start + index);
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  const page = m.v.ptePresent(pte) ? m.world.frames.at(m.v.ptePfn(pte)) : undefined;
  if (page !== undefined) yield* m.k.folioRefAdd(page.folio);
  yield* m.pteUnmapUnlock(ptep.table);
  return page === undefined ? null : { page, writable: m.v.pteWrite(pte) };
}

/**
 * Map page `index` of the guest in the second stage. The sample comes before the look-up of the page, and the check, under
 * `mmu_lock`, before the entry is set: an invalidation in between is seen. False if the process has no page there.
 * @kernel user_mem_abort
 */
export function* userMemAbort(m: Machine, kvm: Kvm, index: number, access: AccessKind): Step<boolean> {
  const seq = yield* m.k.kvmMmuSeq(kvm);
  const found = yield* m.k.hvaToPfn(kvm, index);
  if (found === null || (access === 'store' && !found.writable)) {
    if (found !== null) yield* m.k.folioPut(found.page);
    return false;
  }
  yield* m.lock(kvm.mmuLock);
  // Looked up in the middle of an invalidation, or before one: the guest tries again.
  const again = yield* m.k.mmuInvalidateRetry(kvm, seq);
  if (!again) yield* m.k.kvmPgtableStage2Map(kvm, index, found.page, found.writable);
  yield* m.unlock(kvm.mmuLock);
  yield* m.k.folioPut(found.page);
  if (again) yield* faultsUntilEnd(kvm);
  return true;
}

/** The guest faults again and again until no invalidation is under way. Only the last of these faults has an effect. */
function* faultsUntilEnd({ inProgress, name }: Kvm): Step<void> {
  const note = { text: `${name}: the guest faults again`, does: 'wait' } as const;
  yield* atomic([inProgress], () => 0, note, { guard: inProgress, test: (n) => n === 0 });
}

/** Set the entry of the second stage; `mmu_lock` is held. @kernel kvm_pgtable_stage2_map */
export function* kvmPgtableStage2Map(
  m: Machine,
  kvm: Kvm,
  index: number,
  page: Frame,
  writable: boolean,
): Step<void> {
  const { second } = kvm;
  const sptep = ptepOf(second, second.start + index);
  const young = m.v.pteMkyoung(m.v.pfnPte(page.pfn, m.v.mkProt({ read: true, write: false })));
  const entry = writable ? m.v.pteMkdirty(m.v.pteMkwrite(young)) : young;
  yield* m.pte.setPteAt(second.mm, addrOf(sptep.vpn), sptep, entry);
  yield* m.k.updateMmuCache(second, addrOf(sptep.vpn));
}

/** Functions that others call by name. */
export const KVM_FAULT = { hvaToPfn, userMemAbort, kvmPgtableStage2Map } as const;

type KvmFaultFunctions = typeof KVM_FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends KvmFaultFunctions {}
}
