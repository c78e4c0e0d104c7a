/**
 * The x86 page-table entry for a 4 KiB page, with 64-bit entries: IA-32e paging and PAE paging.
 *
 * Hardware bits: Intel SDM volume 3A, 4.4.2 (PAE) and 4.5.4 (4-level paging), "Format of a page-table
 * entry that maps a 4-KByte page". Software bits and swap entries: Linux 6.12.
 */
import {
  bit,
  bits,
  PTE_ZERO,
  type PteField,
  type PteLayout,
  type PteWord,
  pteAndNot,
  pteOr,
} from '@racewalk/core';

/** Which x86. */
export interface X86StyleOptions {
  /** 32-bit kernel with PAE paging. */
  readonly pae?: boolean;
  /** Soft-dirty tracking (`CONFIG_MEM_SOFT_DIRTY`). */
  readonly softDirty?: boolean;
}

/** The bits under their kernel names, without `_PAGE_`. */
export interface X86StyleBits {
  readonly PRESENT: PteWord;
  readonly RW: PteWord;
  readonly USER: PteWord;
  readonly PWT: PteWord;
  readonly PCD: PteWord;
  readonly ACCESSED: PteWord;
  readonly DIRTY: PteWord;
  /** Page size in a PMD; PAT in a PTE. */
  readonly PSE: PteWord;
  /** Means `PROT_NONE` in an entry that is not present. */
  readonly GLOBAL: PteWord;
  readonly SPECIAL: PteWord;
  readonly UFFD_WP: PteWord;
  readonly SOFT_DIRTY: PteWord;
  readonly DEVMAP: PteWord;
  readonly SAVED_DIRTY: PteWord;
  readonly NX: PteWord;
}

/** Bit positions of one x86; a bit it does not use is the zero word. */
export function x86StyleBits({ pae = false, softDirty = false }: X86StyleOptions): X86StyleBits {
  return Object.freeze({
    PRESENT: bit(0),
    RW: bit(1),
    USER: bit(2),
    PWT: bit(3),
    PCD: bit(4),
    ACCESSED: bit(5),
    DIRTY: bit(6),
    PSE: bit(7),
    GLOBAL: bit(8),
    SPECIAL: bit(9),
    UFFD_WP: pae ? PTE_ZERO : bit(10),
    SOFT_DIRTY: softDirty ? bit(11) : PTE_ZERO,
    DEVMAP: pae ? PTE_ZERO : bit(57),
    // PAE paging reserves the bits above the address, so there it takes the one uffd-wp has elsewhere.
    SAVED_DIRTY: pae ? bit(10) : bit(58),
    NX: bit(63),
  });
}

function fields({ pae = false, softDirty = false }: X86StyleOptions): readonly PteField[] {
  const sdm = pae
    ? 'Intel SDM vol. 3A 4.4.2, PAE page-table entry'
    : 'Intel SDM vol. 3A 4.5.4, page-table entry';
  const types = 'Linux 6.12 arch/x86/include/asm/pgtable_types.h';
  const hard = (name: string, lo: number, hi: number, means: string): PteField => ({
    name,
    lo,
    hi,
    means,
    source: sdm,
  });
  const soft = (name: string, at: number, means: string): PteField => ({
    name,
    lo: at,
    hi: at,
    means,
    source: types,
    software: true,
  });
  return Object.freeze([
    hard('P', 0, 0, 'present'),
    hard('R/W', 1, 1, 'stores are allowed'),
    hard('U/S', 2, 2, 'user code may access'),
    hard('PWT', 3, 3, 'write-through'),
    hard('PCD', 4, 4, 'cache disable'),
    hard('A', 5, 5, 'accessed; set by the hardware'),
    hard('D', 6, 6, 'dirty; set by the hardware at a store'),
    hard('PAT', 7, 7, 'memory type; page size one level up'),
    hard('G', 8, 8, 'global; Linux: PROT_NONE while P is clear'),
    soft('SPECIAL', 9, 'no struct page behind it'),
    ...(pae ? [] : [soft('UFFD_WP', 10, 'userfaultfd write-protected')]),
    ...(pae ? [soft('SAVED_DIRTY', 10, 'dirty, while R/W is clear')] : []),
    ...(softDirty ? [soft('SOFT_DIRTY', 11, 'soft-dirty tracking')] : []),
    hard('address', 12, 51, 'frame number, as far as MAXPHYADDR goes'),
    ...(pae ? [] : [soft('DEVMAP', 57, 'device memory with struct page (until Linux 6.16)')]),
    ...(pae ? [] : [soft('SAVED_DIRTY', 58, 'dirty, while R/W is clear')]),
    ...(pae ? [] : [hard('PKEY', 59, 62, 'protection key')]),
    hard('XD', 63, 63, 'no execution'),
  ]);
}

/** Swap entries: type on top, offset inverted, so that no frame with data is named (L1TF). */
function swap(b: X86StyleBits, { pae = false, softDirty = false }: X86StyleOptions): PteLayout['swap'] {
  return {
    type: [59, 63],
    offset: [9, 58],
    offsetInverted: true,
    exclusive: pae ? b.PSE : b.PWT,
    ...(softDirty ? { softDirty: b.RW } : {}),
    ...(pae ? {} : { uffdWp: b.USER }),
  };
}

/**
 * Entries above the leaf tables. PSE alone keeps a leaf present after `pmd_mkinvalid`. `pmd_bad` compares
 * all flags but U/S and A; `pud_bad` asks only that no other flag is set. (arch/x86/include/asm/pgtable.h)
 */
function upper(b: X86StyleBits): NonNullable<PteLayout['upper']> {
  const core = [b.PRESENT, b.RW, b.DIRTY].reduce(pteOr);
  const table = [core, b.USER, b.ACCESSED].reduce(pteOr);
  const clear = pteAndNot(pteOr(bits(0, 11), bits(52, 63)), table);
  return {
    present: [b.PRESENT, b.GLOBAL, b.PSE].reduce(pteOr),
    invalidSet: PTE_ZERO,
    invalidClear: pteOr(b.PRESENT, b.GLOBAL),
    table,
    tableTest: { set: core, clear },
    pudTableTest: { set: PTE_ZERO, clear },
  };
}

/** Layout of one x86. */
export function x86StyleLayout(options: X86StyleOptions = {}): PteLayout {
  const b = x86StyleBits(options);
  return Object.freeze({
    fields: fields(options),
    pfn: [12, 51] as const,
    valid: b.PRESENT,
    protnone: b.GLOBAL,
    write: b.RW,
    dirty: b.DIRTY,
    young: b.ACCESSED,
    special: b.SPECIAL,
    pmdLeafSet: b.PSE,
    pmdLeafClear: PTE_ZERO,
    upper: upper(b),
    swap: swap(b, options),
    ...(options.pae ? {} : { devmap: { bit: b.DEVMAP, alsoSpecial: true, notThp: true } }),
    ...(options.softDirty ? { softDirty: b.SOFT_DIRTY } : {}),
    ...(options.pae ? {} : { uffdWp: b.UFFD_WP }),
  });
}
