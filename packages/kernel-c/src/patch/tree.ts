/** The files of a kernel tree that may have what a function calls. */
import { parseUnit, type Unit } from '../parse/unit.js';

/** A kernel tree. */
export interface TreeFiles {
  /** The text of a file, or null if the tree has none of this path. */
  read(path: string): string | null;
  /** Files that describe the entries and operations of an architecture, by its directory below `arch`. */
  filesOf(arch: string): readonly string[];
  /** CONFIG symbols that are on. */
  readonly config: readonly string[];
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
  'mm/memory.c',
  'mm/mremap.c',
  'mm/mprotect.c',
  'mm/rmap.c',
  'mm/gup.c',
  'mm/madvise.c',
  'mm/mmu_gather.c',
  'include/asm-generic/tlb.h',
  'include/asm-generic/hugetlb.h',
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
    const paths = [...(arch === null ? [] : this.files.filesOf(arch)), ...GENERIC];
    return paths.filter((path) => !besides.has(path)).flatMap((path) => this.unit(path) ?? []);
  }
}
