/** Entries of a second stage that change while the guest's CPU, or a fixer without the lock, writes to them. (arch/x86/kvm/mmu, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Kvm } from './kvm.js';

/**
 * Whether an entry may change though `mmu_lock` is held for writing: the guest's CPU sets dirty in one that may be written.
 * @kernel is_shadow_present_pte, spte_has_volatile_bits
 */
export function spteHasVolatileBits(m: Machine, spte: PteWord): boolean {
  return m.v.ptePresent(spte) && m.v.pteWrite(spte) && !m.v.pteDirty(spte);
}

/** Give an entry of the second stage another value; returns the one that was there. @kernel mmu_spte_update, kvm_tdp_mmu_write_spte */
export function* mmuSpteUpdate(m: Machine, kvm: Kvm, sptep: Ptep, spte: PteWord): Step<PteWord> {
  const { mm } = kvm.second;
  const look = yield* m.pte.ptepGet(sptep);
  if (!m.k.spteHasVolatileBits(look)) {
    yield* m.pte.setPteAt(mm, addrOf(sptep.vpn), sptep, spte);
    return look;
  }
  return yield* m.entries.xchg(sptep, spte, 'kvm_tdp_mmu_write_spte_atomic');
}

/** What an entry said of its page goes to the page. @kernel kvm_set_pfn_dirty */
export function* kvmSetPfnDirty(m: Machine, spte: PteWord): Step<void> {
  const page = m.world.frames.at(m.v.ptePfn(spte));
  if (m.v.pteDirty(spte) && page !== undefined) yield* m.k.folioMarkDirty(page.folio);
}

/** Write-protect page `index` of the guest, so that its next store is logged; flushes. @kernel kvm_mmu_slot_remove_write_access */
export function* kvmMmuSlotRemoveWriteAccess(m: Machine, kvm: Kvm, index: number): Step<void> {
  const sptep = ptepOf(kvm.second, kvm.second.start + index);
  yield* m.lock(kvm.mmuLock);
  const look = yield* m.pte.ptepGet(sptep);
  if (m.v.ptePresent(look) && m.v.pteWrite(look)) {
    const old = yield* m.k.mmuSpteUpdate(kvm, sptep, m.v.pteMkclean(m.v.pteWrprotect(look)));
    yield* m.k.kvmSetPfnDirty(old);
    yield* m.k.kvmFlushRemoteTlbs(kvm);
  }
  yield* m.unlock(kvm.mmuLock);
}

/** Functions that others call by name. */
export const KVM_DIRTY_LOG = {
  spteHasVolatileBits,
  mmuSpteUpdate,
  kvmSetPfnDirty,
  kvmMmuSlotRemoveWriteAccess,
} as const;

type KvmDirtyLogFunctions = typeof KVM_DIRTY_LOG;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends KvmDirtyLogFunctions {}
}
