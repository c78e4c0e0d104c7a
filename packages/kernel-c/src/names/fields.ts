/** Members of the kernel's structs, where the object is the machine's own. */
import { type AddressSpace, addrOf, type Mm, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame } from '@racewalk/machine';
import type { Folio, MmuGather, PageVmaMappedWalk, ZapDetails } from '@racewalk/mm';
import { finished } from '../run/finished.js';
import { LockRef, NumberRef, SharedWord, type Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { type CType, pointer, struct, T } from '../types/ctype.js';
import { VM_FLAGS } from './constants.js';

/** One member. */
export interface HostField {
  readonly type: CType;
  readonly load: (th: Thread, object: object) => Step<Value>;
  readonly store?: (th: Thread, object: object, value: Value) => Step<void>;
}

const plain = <O extends object>(type: CType, get: (o: O, th: Thread) => Value): HostField => ({
  type,
  load: (th, o) => finished(get(o as O, th)),
});

/** `vm_flags` of an area. */
export function flagsOf({ prot, shared, flags }: Vma): bigint {
  const on = (name: string, set: boolean | undefined): bigint => (set === true ? (VM_FLAGS[name] ?? 0n) : 0n);
  return (
    on('VM_READ', prot.read) |
    on('VM_WRITE', prot.write) |
    on('VM_MAYWRITE', true) |
    on('VM_SHARED', shared) |
    on('VM_IO', flags.io) |
    on('VM_HUGETLB', flags.hugetlb) |
    on('VM_LOCKED', flags.locked) |
    on('VM_SOFTDIRTY', flags.softDirty) |
    on('VM_UFFD_WP', flags.uffdWp)
  );
}

/** Members of the machine's own objects that a race changes: words that its agents share. */
const shared = new WeakMap<object, Map<string, SharedWord>>();

/** From here on the member of the object is this. */
export const shareMember = (object: object, member: string, as: SharedWord): void => {
  const members = shared.get(object) ?? new Map<string, SharedWord>();
  shared.set(object, members.set(member, as));
};

/** The word of a member of the machine's own objects that agents change; undefined for all others. */
export const sharedMember = (object: object, member: string): SharedWord | undefined =>
  shared.get(object)?.get(member === '__vm_flags' ? 'vm_flags' : member);

const VMA: Readonly<Record<string, HostField>> = {
  vm_mm: plain<Vma>(pointer(struct('mm_struct')), (v) => v.mm),
  vm_start: plain<Vma>(T.ulong, (v) => BigInt(addrOf(v.start))),
  vm_end: plain<Vma>(T.ulong, (v) => BigInt(addrOf(v.end))),
  vm_pgoff: plain<Vma>(T.ulong, (v) => BigInt(v.pgoff)),
  vm_page_prot: plain<Vma>(T.pte, (v, th) => th.m.v.mkProt({ ...v.prot, write: false })),
  vm_flags: plain<Vma>(T.ulong, flagsOf),
};

const MM: Readonly<Record<string, HostField>> = {
  mmap_lock: plain<Mm>(struct('spinlock'), (mm) => new LockRef(mm.mmapLock)),
  page_table_lock: plain<Mm>(struct('spinlock'), (mm, th) => {
    const table = th.m.world.tables.find((t) => t.mm === mm);
    return new LockRef(table?.ptl ?? -1);
  }),
  write_protect_seq: plain<Mm>(struct('seqcount'), (mm) => new LockRef(mm.writeProtectSeq)),
  mm_users: plain<Mm>(struct('atomic'), () => new NumberRef({ value: 2 })),
  def_flags: plain<Mm>(T.ulong, () => 0n),
  mmlist: plain<Mm>(struct('list_head'), (mm) => mm),
  tlb_flush_pending: plain<Mm>(
    struct('atomic'),
    (mm) => new SharedWord(mm.tlbFlushPending, T.int, 'tlb_flush_pending'),
  ),
};

const FOLIO: Readonly<Record<string, HostField>> = {
  page: plain<Folio>(struct('page'), (f) => f.frames[0] ?? null),
  mapping: plain<Folio>(T.any, () => null),
};

const PAGE: Readonly<Record<string, HostField>> = {
  mapping: plain<Frame>(T.any, () => null),
};

const MAPPING: Readonly<Record<string, HostField>> = {
  i_mmap: plain<AddressSpace>(struct('rb_root_cached'), (a) => a),
};

const gatherFlag = (of: 'fullmm' | 'freedTables' | 'delayedRmap'): HostField => ({
  ...plain<MmuGather>(T.bool, (tlb) => (tlb[of] ? 1n : 0n)),
  store(_th, tlb, value) {
    (tlb as MmuGather)[of] = value !== 0n;
    return finished(undefined);
  },
});

/** Whether entries of a level were emptied: all of a range are of the level of its area. */
const cleared = (level: string): HostField =>
  plain<MmuGather>(T.bool, ({ end, vma }) => (end !== 0 && (vma?.table.level ?? 'pte') === level ? 1n : 0n));

const GATHER: Readonly<Record<string, HostField>> = {
  mm: plain<MmuGather>(pointer(struct('mm_struct')), (tlb) => tlb.mm),
  fullmm: gatherFlag('fullmm'),
  freed_tables: gatherFlag('freedTables'),
  delayed_rmap: gatherFlag('delayedRmap'),
  start: plain<MmuGather>(T.ulong, (tlb) => BigInt(addrOf(tlb.start))),
  end: plain<MmuGather>(T.ulong, (tlb) => BigInt(addrOf(tlb.end))),
  cleared_ptes: cleared('pte'),
  cleared_pmds: cleared('pmd'),
  cleared_puds: cleared('pud'),
  ...Object.fromEntries(
    [
      'cleared_p4ds',
      'need_flush_all',
      'vma_exec',
      'vma_huge',
      'unshared_tables',
      'fully_unshared_tables',
    ].map((name) => [name, plain<MmuGather>(T.bool, () => 0n)]),
  ),
};

const DETAILS: Readonly<Record<string, HostField>> = {
  single_folio: plain<ZapDetails>(pointer(struct('folio')), (d) => d.singleFolio ?? null),
  even_cows: plain<ZapDetails>(T.bool, (d) => (d.evenCows === true ? 1n : 0n)),
  zap_flags: plain<ZapDetails>(T.uint, (d) => BigInt(d.zapFlags ?? 0)),
};

const WALK: Readonly<Record<string, HostField>> = {
  vma: plain<PageVmaMappedWalk>(pointer(struct('vm_area_struct')), (w) => w.vma),
  address: {
    ...plain<PageVmaMappedWalk>(T.ulong, (w) => BigInt(w.address)),
    store(_th, w, value) {
      (w as { address: number }).address = Number(value);
      return finished(undefined);
    },
  },
  pte: plain<PageVmaMappedWalk>(pointer(T.pte), (w) => (w.pmd === null ? w.pte : null)),
  pmd: plain<PageVmaMappedWalk>(pointer(T.pte), (w) => w.pmd),
  flags: {
    ...plain<PageVmaMappedWalk>(T.uint, (w) => BigInt(w.flags)),
    store(_th, w, value) {
      (w as { flags: number }).flags = Number(value);
      return finished(undefined);
    },
  },
};

/** Members of structs that are made here, as far as a text does not say what they are. */
const MADE: Readonly<Record<string, Readonly<Record<string, CType>>>> = {
  vm_fault: {
    vma: pointer(struct('vm_area_struct')),
    address: T.ulong,
    real_address: T.ulong,
    flags: T.uint,
    page: pointer(struct('page')),
    pmd: pointer(T.pte),
    pte: pointer(T.pte),
    ptl: pointer(struct('spinlock')),
    orig_pte: T.pte,
  },
  mm_walk: {
    mm: pointer(struct('mm_struct')),
    vma: pointer(struct('vm_area_struct')),
    private: T.any,
  },
  make_exclusive_args: {
    mm: pointer(struct('mm_struct')),
    address: T.ulong,
    owner: T.any,
    valid: T.bool,
  },
  mmu_notifier_range: { start: T.ulong, end: T.ulong },
};

const madeField = (tag: string, member: string): HostField | undefined => {
  const type = MADE[tag]?.[member];
  if (type === undefined) return undefined;
  return {
    type,
    load: (th) => {
      throw th.error(`${member} of this struct ${tag} has no value`);
    },
  };
};

const TABLE: Readonly<Record<string, Readonly<Record<string, HostField>>>> = {
  vm_area_struct: VMA,
  mm_struct: MM,
  folio: FOLIO,
  page: PAGE,
  address_space: MAPPING,
  mmu_gather: GATHER,
  zap_details: DETAILS,
  page_vma_mapped_walk: WALK,
};

/** Members of the machine's own objects. */
export class HostFields {
  /** A member, or undefined if the model has none of this name. */
  of(tag: string, member: string): HostField | undefined {
    return TABLE[tag]?.[member] ?? madeField(tag, member);
  }

  /** Whether the struct is one of the machine's. */
  has(tag: string): boolean {
    return TABLE[tag] !== undefined;
  }

  /** Names of the members. */
  names(tag: string): string[] {
    return Object.keys(TABLE[tag] ?? {});
  }
}
