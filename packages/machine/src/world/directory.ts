/**
 * Tables above the tables: a directory has entries that lead to areas or to further directories, permit or forbid stores below
 * them, and may be marked by walks. Its entries are those of an area of its own: they are read, stored and invalidated as
 * any others, and what CPUs have cached of them are the walk caches. `TreeCpu` walks them.
 */
import {
  type ArchPlugin,
  type Mm,
  type Pfn,
  type Ptep,
  type PteWord,
  ptepOf,
  RacewalkError,
  type Vma,
} from '@racewalk/core';
import type { Cell, CellTable, Word, WordRole } from '@racewalk/core/step';
import type { Tlbs } from '../tlb/tlbs.js';
import type { VmaSpec } from './spec.js';
import type { Ptdesc } from './upper.js';

/** What an entry of a directory may lead to. */
export type Below = Vma | Directory;

/** One entry at the start. */
export interface DirectoryEntry {
  /** What addresses the entry is for. */
  readonly for: Below;
  /** What it leads to; null: it is empty. Default: what it is for. */
  readonly leads?: Below | null;
  /** Stores are permitted below it. Default true. */
  readonly write?: boolean;
  /** It is marked as accessed. Default true. */
  readonly young?: boolean;
}

/** What a setup says of a directory. */
export interface DirectorySpec {
  /** Entries are `name[i]`. Default `directory`. */
  readonly name?: string;
  readonly mm?: Mm;
  /** It leads to the kernel's own mappings: what is cached of it carries no tag, and is used whoever runs. */
  readonly kernel?: boolean;
}

/** What directories need of the world. */
export interface DirectoryHost {
  readonly arch: ArchPlugin;
  readonly cells: CellTable;
  readonly tlbs: Tlbs;
  readonly directories: Directories;
  vma(spec: VmaSpec): Vma;
  setInitial(ptep: Ptep, pte: PteWord): void;
  word(name: string, initial?: Word, show?: (value: Word) => string, role?: WordRole): Cell;
}

/** Its tables are apart from those of the level below (`upper.ts`), and from the pages of folios. */
const FIRST_TABLE: Pfn = 0xa000;

/** Addresses of directories of the kernel: no two share what is cached. */
const KERNEL_START = 0x40000;

/** The directories of a world, and what they lead to. */
export class Directories {
  readonly all: Directory[] = [];
  readonly #tables: { readonly below: Below; readonly ptdesc: Ptdesc }[] = [];

  /** What a table in this frame is; undefined: it is none. */
  at(pfn: Pfn): { readonly below: Below; readonly ptdesc: Ptdesc } | undefined {
    return this.#tables[pfn - FIRST_TABLE];
  }

  /** The table of an area or a directory below; made at the first question. */
  tableOf(w: DirectoryHost, below: Below): Ptdesc {
    const known = this.#tables.find((one) => one.below === below);
    if (known !== undefined) return known.ptdesc;
    const { table } = below instanceof Directory ? below.vma : below;
    const [pmdp] = table.entries;
    if (pmdp === undefined) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `directory ${table.name} leads to nothing`, {
        expected: 'at least one area or directory below it',
      });
    }
    const freed = w.word(`table of ${table.name}`, 0, (x) => (x === 0 ? 'in use' : 'free'), {
      is: 'table',
      table: table.name,
    });
    const pfn = FIRST_TABLE + this.#tables.length;
    const ptdesc: Ptdesc = { table, pfn, pmdp, freed, users: -1, walkCaches: new Map(), follows: false };
    this.#tables.push({ below, ptdesc });
    return ptdesc;
  }

  /** Entries that lead to an area or may: from the top down to it. */
  entriesAbove(below: Below): readonly Ptep[] {
    return this.all.flatMap((dir) => {
      const i = dir.find(below);
      return i < 0 ? [] : [dir.ptep(i)];
    });
  }

  /** What a CPU has cached of the entries above an area: its walk caches. */
  walkCaches(w: DirectoryHost, below: Below, cpu: number): readonly Cell[] {
    return this.entriesAbove(below).flatMap(({ table, vpn }) => w.tlbs.words(table.mm, vpn, vpn + 1, cpu));
  }
}

/** One table above others. Made by `setup`. */
export class Directory {
  /** The area of its entries: for `m.pte.*`, `m.tlb.*` and `ptepOf`. */
  readonly vma: Vma;
  readonly #homes: readonly Below[];

  constructor(
    readonly world: DirectoryHost,
    entries: readonly (Below | DirectoryEntry)[],
    { name = 'directory', mm, kernel = false }: DirectorySpec = {},
  ) {
    const specs = entries.map((one): DirectoryEntry => ('for' in one ? one : { for: one }));
    this.#homes = specs.map((one) => one.for);
    const before = world.directories.all.length;
    this.vma = world.vma({
      pages: specs.length,
      name,
      ...(mm === undefined ? {} : { mm }),
      ...(kernel ? { start: KERNEL_START + 0x200 * before, flags: { global: true } } : {}),
    });
    world.directories.all.push(this);
    specs.forEach(({ for: home, leads = home, ...says }, i) => {
      world.directories.tableOf(world, home);
      if (leads !== null) world.setInitial(this.ptep(i), this.leadTo(leads, says));
      if (!(home instanceof Directory)) world.tlbs.combine(world, home);
    });
  }

  /** One entry. */
  ptep(index = 0): Ptep {
    return ptepOf(this.vma, this.vma.start + index);
  }

  /** The value of an entry that leads to an area's table or to a directory. */
  leadTo(below: Below, { write = true, young = true }: Omit<DirectoryEntry, 'for' | 'leads'> = {}): PteWord {
    const { values: v } = this.world.arch;
    const { pfn } = this.world.directories.tableOf(this.world, below);
    const plain = v.pfnPte(pfn, v.mkProt({ read: true, write: false }));
    // As Linux makes it (_PAGE_TABLE of x86): with the marks of a store, so that none has to be set.
    const entry = write ? v.pteMkdirty(v.pteMkwrite(v.pteMkdirty(plain))) : v.pteMkclean(plain);
    return young || this.world.arch.tableEntries?.access !== true ? v.pteMkyoung(entry) : v.pteMkold(entry);
  }

  /** What an entry is for. */
  homeOf(index: number): Below {
    const home = this.#homes[index];
    if (home === undefined) {
      throw new RacewalkError('RACEWALK_OUTSIDE', `directory ${this.vma.table.name} has no entry ${index}`, {
        expected: `0 to ${this.#homes.length - 1}`,
      });
    }
    return home;
  }

  /** The entry for an area, by its index; -1: none is. */
  find(below: Below): number {
    return this.#homes.findIndex(
      (home) => home === below || (home instanceof Directory && home.find(below) >= 0),
    );
  }

  /** The same; throws if there is none. */
  indexFor(below: Below): number {
    const index = this.find(below);
    if (index >= 0) return index;
    const { table } = below instanceof Directory ? below.vma : below;
    throw new RacewalkError('RACEWALK_OUTSIDE', `${this.vma.table.name} has no entry for ${table.name}`, {
      expected: 'an area or a directory that it was made for',
    });
  }
}
