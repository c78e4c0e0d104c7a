/**
 * The reverse map of a second stage: for each page of the guest the entries that may map it, which need not be at one
 * place. (arch/x86/kvm/mmu/mmu.c, Linux 6.12)
 */
import { addrOf, type Ptep, RacewalkError } from '@racewalk/core';
import { type Cell, read, type Step } from '@racewalk/core/step';
import type { Frame, Machine, NotifierRange, World } from '@racewalk/machine';
import { listWord, setListed } from '../words.js';
import type { Kvm } from './kvm.js';

/** By guest, a word for each page: a bit for each entry that the rmap lists. */
interface RmapState {
  kvmRmaps?: Map<Kvm, readonly Cell[]>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends RmapState {}
}

/**
 * From here on the notifier finds entries by the guest's reverse map, and not by their place. At the start it lists for page `i`
 * entry `i` of the second stage, where that is present. Called by `setup`, after the entries. @kernel struct kvm_rmap_head
 */
export function kvmRmaps(w: World, kvm: Kvm): void {
  const { entries } = kvm.second.table;
  const names = entries.map((sptep) => sptep.name);
  const words = entries.map((sptep, i) => {
    const spte = w.entryIn((cell) => w.cells.cells[cell]?.initial ?? 0, sptep);
    const initial = w.arch.values.ptePresent(spte) ? 1 << i : 0;
    return listWord(w, `rmap of guest page ${i}`, names, initial);
  });
  w.os.kvmRmaps ??= new Map();
  w.os.kvmRmaps.set(kvm, words);
}

function headOf(m: Machine, kvm: Kvm, index: number): Cell {
  const cell = m.world.os.kvmRmaps?.get(kvm)?.[index];
  if (cell !== undefined) return cell;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${kvm.name} has no reverse map for page ${index}`, {
    expected: 'kvmRmaps(world, kvm) in the setup',
  });
}

/** @kernel rmap_add */
export function* rmapAdd(m: Machine, kvm: Kvm, index: number, sptep: Ptep): Step<void> {
  yield* setListed(headOf(m, kvm, index), sptep.index, true, { op: 'rmap_add', text: sptep.name });
}

/** @kernel rmap_remove */
export function* rmapRemove(m: Machine, kvm: Kvm, index: number, sptep: Ptep): Step<void> {
  yield* setListed(headOf(m, kvm, index), sptep.index, false, { op: 'rmap_remove', text: sptep.name });
}

/** Empty an entry, and take it out of the reverse map; true if it mapped a page: a flush is owed. @kernel drop_spte, mmu_spte_clear_track_bits */
export function* dropSpte(m: Machine, kvm: Kvm, index: number, sptep: Ptep): Step<boolean> {
  const old = yield* m.pte.ptepGetAndClear(kvm.second.mm, addrOf(sptep.vpn), sptep);
  if (!m.v.ptePresent(old)) return false;
  yield* m.k.kvmSetPfnDirty(old);
  yield* m.k.rmapRemove(kvm, index, sptep);
  return true;
}

/** Drop every entry that the reverse map lists for a page of the guest. @kernel kvm_zap_all_rmap_sptes */
export function* kvmZapAllRmapSptes(m: Machine, kvm: Kvm, index: number): Step<boolean> {
  let flush = false;
  const note = { text: `rmap of guest page ${index}` };
  const listed = yield* read(headOf(m, kvm, index), note);
  for (const sptep of kvm.second.table.entries)
    if ((listed & (1 << sptep.index)) !== 0 && (yield* m.k.dropSpte(kvm, index, sptep))) flush = true;
  return flush;
}

/** What `kvmUnmapGfnRange` does where a guest has a reverse map. @kernel kvm_handle_gfn_range */
export function* kvmUnmapByRmap(m: Machine, kvm: Kvm, { start, end }: NotifierRange): Step<boolean> {
  let flush = false;
  for (let i = 0; i < kvm.user.end - kvm.user.start; i++) {
    if (kvm.user.start + i < start || kvm.user.start + i >= end) continue;
    if (yield* m.k.kvmZapAllRmapSptes(kvm, i)) flush = true;
  }
  return flush;
}

/** An entry that makes each access exit, so that the hypervisor emulates it. @kernel mark_mmio_spte */
export function* markMmioSpte(m: Machine, kvm: Kvm, sptep: Ptep): Step<void> {
  yield* m.pte.setPteAt(kvm.second.mm, addrOf(sptep.vpn), sptep, m.arch.swap.makePteMarker(1));
}

/**
 * Set an entry of the second stage for page `index` of the guest: a page, or, without one, device memory that is emulated. What the
 * entry maps already is dropped before; also in the second case, for the guest's memory may have changed its kind.
 * `mmu_lock` is held. @kernel mmu_set_spte
 */
export function* mmuSetSpte(
  m: Machine,
  kvm: Kvm,
  index: number,
  sptep: Ptep,
  page: Frame | null,
  writable = true,
): Step<void> {
  const { v } = m;
  const old = yield* m.pte.ptepGet(sptep);
  if (v.ptePresent(old) && (page === null || v.ptePfn(old) !== page.pfn)) {
    yield* m.k.dropSpte(kvm, index, sptep);
    yield* m.k.kvmFlushRemoteTlbs(kvm);
  }
  if (page === null) {
    yield* m.k.markMmioSpte(kvm, sptep);
    return;
  }
  const young = v.pteMkyoung(v.pfnPte(page.pfn, v.mkProt({ read: true, write: false })));
  const spte = writable ? v.pteMkdirty(v.pteMkwrite(young)) : young;
  yield* m.pte.setPteAt(kvm.second.mm, addrOf(sptep.vpn), sptep, spte);
  yield* m.k.rmapAdd(kvm, index, sptep);
}

/** Functions that others call by name. */
export const KVM_RMAP = {
  rmapAdd,
  rmapRemove,
  dropSpte,
  kvmZapAllRmapSptes,
  kvmUnmapByRmap,
  markMmioSpte,
  mmuSetSpte,
} as const;

type KvmRmapFunctions = typeof KVM_RMAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends KvmRmapFunctions {}
}
