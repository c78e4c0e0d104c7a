/** The hypervisor's side of the notifier contract. (virt/kvm/kvm_main.c, include/linux/kvm_host.h, Linux 6.12) */
import { addrOf, type Ptep } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import type { Machine, NotifierRange } from '@racewalk/machine';
import { addTo } from '../words.js';
import type { Kvm } from './kvm.js';

/** Translations of the range must not be made from here on. `mmu_lock` is held. @kernel kvm_mmu_invalidate_begin */
export function* kvmMmuInvalidateBegin(_m: Machine, kvm: Kvm): Step<void> {
  yield* addTo(kvm.inProgress, 1, { op: 'kvm_mmu_invalidate_begin', text: kvm.name });
}

/** They may; what was looked up before does not count. The number first. @kernel kvm_mmu_invalidate_end */
export function* kvmMmuInvalidateEnd(m: Machine, kvm: Kvm): Step<void> {
  yield* addTo(kvm.seq, 1, { op: 'kvm_mmu_invalidate_end', text: `${kvm.name}: seq` });
  yield* m.k.smpWmb();
  yield* addTo(kvm.inProgress, -1, { op: 'kvm_mmu_invalidate_end', text: `${kvm.name}: in progress` });
}

/** @kernel kvm_mmu_notifier_invalidate_range_start */
export function* kvmMmuNotifierInvalidateRangeStart(m: Machine, kvm: Kvm, range: NotifierRange): Step<void> {
  yield* m.lock(kvm.mmuLock);
  yield* m.k.kvmMmuInvalidateBegin(kvm);
  if (yield* m.k.kvmUnmapGfnRange(kvm, range)) yield* m.k.kvmFlushRemoteTlbs(kvm);
  yield* m.unlock(kvm.mmuLock);
}

/** @kernel kvm_mmu_notifier_invalidate_range_end */
export function* kvmMmuNotifierInvalidateRangeEnd(m: Machine, kvm: Kvm, _range: NotifierRange): Step<void> {
  yield* m.lock(kvm.mmuLock);
  yield* m.k.kvmMmuInvalidateEnd(kvm);
  yield* m.unlock(kvm.mmuLock);
}

/** Entries of the second stage in a range of the process, by page of the area. */
function entriesIn({ user, second }: Kvm, { start, end }: NotifierRange): Ptep[] {
  return second.table.entries.filter((_, i) => user.start + i >= start && user.start + i < end);
}

/** Empty the entries of the second stage for a range; whether a flush is owed. `mmu_lock` is held. @kernel kvm_unmap_gfn_range */
export function* kvmUnmapGfnRange(m: Machine, kvm: Kvm, range: NotifierRange): Step<boolean> {
  if (m.world.os.kvmRmaps?.has(kvm) === true) return yield* m.k.kvmUnmapByRmap(kvm, range);
  let flush = false;
  for (const sptep of entriesIn(kvm, range)) {
    const old = yield* m.pte.ptepGetAndClear(kvm.second.mm, addrOf(sptep.vpn), sptep);
    const page = m.v.ptePresent(old) ? m.world.frames.at(m.v.ptePfn(old)) : undefined;
    if (page === undefined) continue;
    flush = true;
    // What the guest has written is remembered before the translation is gone.
    if (m.v.pteDirty(old)) yield* m.k.folioMarkDirty(page.folio);
  }
  return flush;
}

/** Invalidate everything under the VMID. @kernel kvm_flush_remote_tlbs */
export function* kvmFlushRemoteTlbs(m: Machine, kvm: Kvm): Step<void> {
  yield* m.tlb.flushTlbMm(kvm.second.mm);
}

/** Sample before the look-up that it is to protect. @kernel mmu_invalidate_seq */
export function* kvmMmuSeq(m: Machine, kvm: Kvm): Step<number> {
  const seq = yield* read(kvm.seq, { op: 'mmu_invalidate_seq', text: kvm.name }, (o) => `→ ${o.result}`);
  yield* m.k.smpRmb();
  return seq;
}

/** Whether what was looked up since the sample may be out of date. `mmu_lock` is held. @kernel mmu_invalidate_retry */
export function* mmuInvalidateRetry(m: Machine, kvm: Kvm, seq: number): Step<boolean> {
  const op = 'mmu_invalidate_retry';
  if ((yield* read(kvm.inProgress, { op, text: `${kvm.name}: in progress` }, (o) => `→ ${o.result}`)) !== 0)
    return true;
  yield* m.k.smpRmb();
  return (yield* read(kvm.seq, { op, text: `${kvm.name}: seq` }, (o) => `→ ${o.result}`)) !== seq;
}

/** Functions that others call by name. */
export const KVM_NOTIFIER = {
  kvmMmuInvalidateBegin,
  kvmMmuInvalidateEnd,
  kvmMmuNotifierInvalidateRangeStart,
  kvmMmuNotifierInvalidateRangeEnd,
  kvmUnmapGfnRange,
  kvmFlushRemoteTlbs,
  kvmMmuSeq,
  mmuInvalidateRetry,
} as const;

type KvmNotifierFunctions = typeof KVM_NOTIFIER;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends KvmNotifierFunctions {}
}
