/** The files of a kernel tree that may have what a function calls. */
import { parseUnit, type Unit } from '../parse/unit.js';

/** A kernel tree. */
export interface TreeFiles {
  /** The text of a file, or null if the tree has none of this path. */
  read(path: string): string | null;
}

const GENERIC = [
  'include/linux/pgtable.h',
  'mm/pgtable-generic.c',
  'include/linux/mm.h',
  'include/linux/mm_inline.h',
  'include/linux/swapops.h',
  'include/linux/huge_mm.h',
  'include/linux/rmap.h',
  'include/linux/page-flags.h',
  'mm/internal.h',
];

/** By the directory below `arch`: what describes its entries and its operations. */
const OF_ARCH: Readonly<Record<string, readonly string[]>> = {
  arm64: [
    'arch/arm64/include/asm/pgtable.h',
    'arch/arm64/include/asm/pgtable-prot.h',
    'arch/arm64/include/asm/pgtable-hwdef.h',
    'arch/arm64/mm/contpte.c',
    'arch/arm64/mm/fault.c',
  ],
  x86: [
    'arch/x86/include/asm/pgtable.h',
    'arch/x86/include/asm/pgtable_64.h',
    'arch/x86/include/asm/pgtable_types.h',
    'arch/x86/mm/pgtable.c',
  ],
  riscv: [
    'arch/riscv/include/asm/pgtable.h',
    'arch/riscv/include/asm/pgtable-64.h',
    'arch/riscv/include/asm/pgtable-bits.h',
    'arch/riscv/mm/pgtable.c',
  ],
  loongarch: [
    'arch/loongarch/include/asm/pgtable.h',
    'arch/loongarch/include/asm/pgtable-bits.h',
    'arch/loongarch/mm/pgtable.c',
  ],
};

/** CONFIG symbols that a kernel with an MMU, processors and huge pages has. */
export const TREE_CONFIG: readonly string[] = [
  'CONFIG_64BIT',
  'CONFIG_ARM64_CONTPTE',
  'CONFIG_ARM64_HW_AFDBM',
  'CONFIG_ARCH_HAS_NONLEAF_PMD_YOUNG',
  'CONFIG_ARCH_HAS_PTE_SPECIAL',
  'CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE',
  'CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD',
  'CONFIG_MIGRATION',
  'CONFIG_MMU',
  'CONFIG_MMU_NOTIFIER',
  'CONFIG_SMP',
  'CONFIG_SWAP',
  'CONFIG_TRANSPARENT_HUGEPAGE',
  'CONFIG_DEVICE_PRIVATE',
];

/** The directory below `arch` that a file belongs to, or null if it belongs to all. */
export const archOfPath = (path: string): string | null => /^arch\/([^/]+)\//.exec(path)?.[1] ?? null;

/** Parsed files of a tree; each is read once. */
export class TreeUnits {
  readonly #units = new Map<string, Unit | null>();

  constructor(readonly files: TreeFiles) {}

  /** A file, parsed; null if it is not there. */
  unit(path: string): Unit | null {
    let found = this.#units.get(path);
    if (found === undefined) {
      const text = this.files.read(path);
      found = text === null ? null : parseUnit(text, path);
      this.#units.set(path, found);
    }
    return found;
  }

  /** The files that functions of an architecture are completed from, its own first. */
  library(arch: string | null, besides: ReadonlySet<string>): Unit[] {
    const paths = [...(arch === null ? [] : (OF_ARCH[arch] ?? [])), ...GENERIC];
    return paths.filter((path) => !besides.has(path)).flatMap((path) => this.unit(path) ?? []);
  }
}
