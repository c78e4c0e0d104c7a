/**
 * The words of all TLBs: which there are, and which of them a CPU uses now. Where a race follows what is loaded, the words
 * of a page are kept by tag, since that is all that a TLB knows of an address space; elsewhere there is one for each.
 */
import type { Mm, Vma, Vpn } from '@racewalk/core';
import type { Cell, CellTable, Word } from '@racewalk/core/step';
import type { StepView } from '../observers/observer.js';
import type { Ptdesc } from '../world/upper.js';
import type { TlbHost } from './host.js';
import type { TlbSizes } from './sizes.js';

/** The row of a CPU's translations without a tag: those of kernel mappings. */
const GLOBAL = 0;

/** An area that gets words. */
export interface AreaWords {
  readonly mm: Mm;
  readonly table: string;
  readonly start: Vpn;
  readonly end: Vpn;
  readonly tableStart: Vpn;
  /** Translations of it have no tag. */
  readonly global?: boolean | undefined;
}

/** The words of one address space on one CPU; where a race follows what is loaded, those under one tag. */
export interface Space {
  readonly pages: Map<Vpn, Cell>;
  /** By the first page of the block. */
  readonly blocks: Map<Vpn, Cell>;
  /** By each page of an area whose upper level is followed: translations of a whole leaf, in the form of its first page. */
  readonly leaves: Map<Vpn, { readonly cell: Cell; readonly index: number }>;
}

const newSpace = (): Space => ({ pages: new Map(), blocks: new Map(), leaves: new Map() });

/** The words of the TLBs of a world. */
export class TlbWords {
  /** By CPU, then by the number of the address space; where a race follows what is loaded, by tag. */
  readonly #spaces: Space[][] = [];
  readonly #all: Cell[] = [];
  /** By CPU and page: what is cached of a page together with the way to it. Goes with the page. */
  readonly #combined = new Map<number, Map<Vpn, Cell>>();
  readonly #takes = new Map<number, readonly Vma[]>();

  constructor(
    readonly host: TlbHost,
    /** CPUs that have a TLB: those on which an agent runs. */
    readonly cpus: readonly number[],
    /** Whether contiguous blocks have words. */
    protected readonly blocks: boolean,
  ) {}

  /** The TLBs get words for the pages of an area; `global` is for translations without a tag. */
  protected addWords(
    show: (set: Word) => string,
    { mm, table, start, end, tableStart, global = false }: AreaWords,
  ): void {
    const { cells, contPtes, spaces } = this.host;
    const tags = global ? [GLOBAL] : Array.from({ length: spaces.tags }, (_, i) => i + 1);
    for (const cpu of this.cpus) {
      const rows = this.#spaces[cpu] ?? [];
      this.#spaces[cpu] = rows;
      for (const row of spaces.followed ? tags : [mm.asid]) {
        const space = rows[row] ?? newSpace();
        rows[row] = space;
        const tlb = spaces.followed && !global && spaces.tags > 1 ? `tlb${cpu}.${row}` : `tlb${cpu}`;
        for (let vpn = start; vpn < end; vpn++) {
          const index = vpn - tableStart;
          const role = { is: 'tlb', cpu, table, index } as const;
          // Two address spaces have the same pages under one tag: whose they are, the TLB does not know.
          if (!space.pages.has(vpn)) {
            const cell = cells.add({ name: `${tlb}:${table}[${index}]`, initial: 0, show, role });
            space.pages.set(vpn, cell);
            this.#all.push(cell);
          }
          const first = vpn - (vpn % contPtes);
          if (!this.blocks || space.blocks.has(first)) continue;
          const name = `${tlb}:${table}[${first - tableStart}..${first - tableStart + contPtes - 1}]`;
          const block = cells.add({ name, initial: 0, show, role: { ...role, block: contPtes } });
          space.blocks.set(first, block);
          this.#all.push(block);
        }
      }
    }
  }

  /** The word of a page on a CPU, or -1 if there is none. Where a race follows what is loaded: under tag 1. */
  word(cpu: number, mm: Mm, vpn: Vpn): Cell {
    return this.#row(cpu, mm, 1, vpn)?.pages.get(vpn) ?? -1;
  }

  /** The word of the block around a page on a CPU, or -1 if there is none. */
  blockWord(cpu: number, mm: Mm, vpn: Vpn): Cell {
    return this.#row(cpu, mm, 1, vpn)?.blocks.get(this.first(vpn)) ?? -1;
  }

  /** An area gets words for translations of its leaf of the upper level, one a CPU: a size of its own. */
  protected addLeafWords(show: (set: Word) => string, { table, pmdp }: Ptdesc): void {
    if (this.host.walker.late !== undefined) return;
    for (const cpu of this.cpus) {
      const space = this.#spaces[cpu]?.[table.mm.asid];
      if (space === undefined) continue;
      const role = { is: 'tlb', cpu, table: pmdp.table.name, index: 0 } as const;
      const cell = this.host.cells.add({ name: `tlb${cpu}:${pmdp.name}`, initial: 0, show, role });
      this.#all.push(cell);
      for (const { vpn, index } of table.entries) space.leaves.set(vpn, { cell, index });
    }
  }

  /** What CPUs have cached of the pages of an area may be cached together with the levels above: one word for each. */
  combine({ cells }: { readonly cells: CellTable }, { table, start, end }: Vma): void {
    for (const cpu of this.cpus) {
      const words = this.#combined.get(cpu) ?? new Map<Vpn, Cell>();
      this.#combined.set(cpu, words);
      for (let vpn = start; vpn < end; vpn++) {
        const name = `tlb${cpu}:way to ${table.name}[${vpn - table.start}]`;
        if (!words.has(vpn)) words.set(vpn, cells.add({ name, initial: 0 }));
      }
    }
  }

  /** An invalidation of this area takes what is cached of all pages of the other one together with their way. */
  takesCombined({ mm }: Vma, other: Vma): void {
    this.#takes.set(mm.asid, [...(this.#takes.get(mm.asid) ?? []), other]);
  }

  /** The words that an invalidation of an address space takes besides, on a CPU. */
  alsoTaken(mm: Mm, cpu: number): readonly Cell[] {
    return (this.#takes.get(mm.asid) ?? []).flatMap(({ start, end }) => {
      const pages = Array.from({ length: end - start }, (_, i) => this.combined(cpu, start + i));
      return pages.filter((cell) => cell >= 0);
    });
  }

  /** The word of a page that is cached together with the levels above, or -1. */
  combined(cpu: number, vpn: Vpn): Cell {
    return this.#combined.get(cpu)?.get(vpn) ?? -1;
  }

  /** The word of the leaf around a page on a CPU, or -1 if there is none. */
  leafWord(cpu: number, mm: Mm, vpn: Vpn): Cell {
    return this.#row(cpu, mm, 1, vpn)?.leaves.get(vpn)?.cell ?? -1;
  }

  /** All words that say something about the pages of a range, on one CPU or on all, under any tag or under one. */
  words(mm: Mm, start: Vpn, end: Vpn, cpu?: number, sizes: TlbSizes = 'all', tag?: number): Cell[] {
    const found = new Set<Cell>();
    const { followed, tags } = this.host.spaces;
    const all = followed ? Array.from({ length: tags }, (_, i) => i + 1) : [1];
    for (const c of cpu === undefined ? this.cpus : [cpu]) {
      for (const cell of this.alsoTaken(mm, c)) found.add(cell);
      for (const t of tag === undefined ? all : [tag]) {
        for (let vpn = start; vpn < end; vpn++) {
          const space = this.#row(c, mm, t, vpn);
          const leaf = space?.leaves.get(vpn)?.cell ?? -1;
          if (sizes !== 'pmd' || leaf < 0) {
            found.add(space?.pages.get(vpn) ?? -1);
            found.add(space?.blocks.get(this.first(vpn)) ?? -1);
            if (space !== undefined) found.add(this.combined(c, vpn));
          }
          if (sizes !== 'pte') found.add(leaf);
        }
      }
    }
    found.delete(-1);
    return [...found];
  }

  /** The same and what says which of them count: the words that {@link translations} looks at. */
  looks(mm: Mm, start: Vpn, end: Vpn, cpu?: number): Cell[] {
    const { spaces } = this.host;
    if (!spaces.followed) return this.words(mm, start, end, cpu);
    return [...this.words(mm, start, end, cpu), ...spaces.roots(cpu === undefined ? this.cpus : [cpu])];
  }

  /** Every word that {@link translations} may look at. */
  all(): readonly Cell[] {
    const { spaces } = this.host;
    return spaces.followed ? [...this.#all, ...spaces.roots(this.cpus)] : this.#all;
  }

  /** The first page of the block around a page. */
  protected first(vpn: Vpn): Vpn {
    return vpn - (vpn % this.host.contPtes);
  }

  /** The words of an address space, or under a tag. */
  #row(cpu: number, mm: Mm, tag: number, vpn: Vpn): Space | undefined {
    const rows = this.#spaces[cpu];
    if (!this.host.spaces.followed) return rows?.[mm.asid];
    return rows?.[GLOBAL]?.pages.has(vpn) ? rows[GLOBAL] : rows?.[tag];
  }

  /** What a CPU with this root has of an address space: nothing, if another one is loaded. */
  protected loaded(root: Word, cpu: number, mm: Mm, vpn: Vpn, user: boolean): Space | undefined {
    const { spaces } = this.host;
    const rows = this.#spaces[cpu];
    if (rows?.[GLOBAL]?.pages.has(vpn)) return rows[GLOBAL];
    if (!(user ? spaces.runs(root, mm) : spaces.has(root, mm))) return undefined;
    return rows?.[spaces.tagOf(root)];
  }

  /** The words of a page that a CPU uses now, within a step that sees its root. */
  protected now(s: StepView, cpu: number, mm: Mm, vpn: Vpn): Space | undefined {
    return this.#used((cell) => s.get(cell), cpu, mm, vpn, false);
  }

  /** The words of a page that user code on a CPU uses now. */
  protected usedBy(get: (cell: Cell) => Word, cpu: number, mm: Mm, vpn: Vpn): Space | undefined {
    return this.#used(get, cpu, mm, vpn, true);
  }

  #used(get: (cell: Cell) => Word, cpu: number, mm: Mm, vpn: Vpn, user: boolean): Space | undefined {
    const root = this.host.spaces.root(cpu);
    const rows = this.#spaces[cpu];
    if (root < 0) return rows?.[mm.asid];
    // Mappings of the kernel are used whatever is loaded: nobody asks.
    if (rows?.[GLOBAL]?.pages.has(vpn)) return rows[GLOBAL];
    return this.loaded(get(root), cpu, mm, vpn, user);
  }
}
