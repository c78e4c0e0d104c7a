/** Members of the kernel's structs, where the object is the machine's own. */
import { type AddressSpace, addrOf, type Mm, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame } from '@racewalk/machine';
import type { Folio } from '@racewalk/mm';
import { finished } from '../run/finished.js';
import { LockRef, SharedWord, type Value } from '../run/objects.js';
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

const TABLE: Readonly<Record<string, Readonly<Record<string, HostField>>>> = {
  vm_area_struct: VMA,
  mm_struct: MM,
  folio: FOLIO,
  page: PAGE,
  address_space: MAPPING,
};

/** Members of the machine's own objects. */
export class HostFields {
  /** A member, or undefined if the model has none of this name. */
  of(tag: string, member: string): HostField | undefined {
    return TABLE[tag]?.[member];
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
