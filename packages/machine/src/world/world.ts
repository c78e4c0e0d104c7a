/**
 * The state of one model: memory words, frames, address spaces, TLBs, locks, and who watches.
 * Built once by a scenario's `setup`; afterwards only steps change anything.
 */

import {
  type AddressSpace,
  type ArchPlugin,
  describePte,
  type InvariantCode,
  type Mm,
  type Notifier,
  type PageTable,
  type Prot,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  pteWord,
  RacewalkError,
  type UpperLevel,
  type Vma,
  type VmaFlags,
  type Vpn,
} from '@racewalk/core';
import { type Cell, CellTable, type Word, type WordRole } from '@racewalk/core/step';
import { Binder } from '../agent/binder.js';
import type { FaultEntry } from '../cpu/faults.js';
import { CpuContexts } from '../cpu/interrupts.js';
import { PmdLevel } from '../cpu/upper.js';
import type { DirtyRecord } from '../observers/dirty-record.js';
import { OBSERVERS } from '../observers/index.js';
import type { Observer } from '../observers/observer.js';
import { type Folio, type FolioSpec, FrameTable } from './frames.js';
import { type MemoWalker, memoWalker } from './memo-walker.js';

/** Sizes and switches of one run, by name. */
export type Params = Readonly<Record<string, number | string | boolean>>;

/** How a VMA is set up. */
export interface VmaSpec {
  /** Page number of the first page; must be block-aligned for a folded mapping. */
  readonly start?: Vpn;
  readonly pages: number;
  readonly prot?: Prot;
  readonly shared?: boolean;
  /** Name of its page table; entries are `name[i]`. Default `pte`. */
  readonly name?: string;
  readonly mm?: Mm;
  /** Further flags. */
  readonly flags?: VmaFlags;
  /** Page offset of the start in what is mapped. Default 0. */
  readonly pgoff?: number;
  /** Map huge pages: the area's table is one of this level. Default a leaf table. */
  readonly level?: UpperLevel;
  /** What a file mapping maps. Default anonymous memory. */
  readonly mapping?: AddressSpace;
}

/** Which state freshly mapped entries are in. */
export interface MapSpec {
  readonly write?: boolean;
  readonly dirty?: boolean;
  readonly young?: boolean;
  /** Marked as one contiguous block where the architecture can. */
  readonly folded?: boolean;
  /** Page of the area to start at, counted from its start. Default 0. */
  readonly at?: number;
  /** Page of the folio to start at. Default 0. */
  readonly from?: number;
  /** How many pages. Default all of the folio. */
  readonly pages?: number;
}

/** A 32-bit half as 8 hexadecimal digits. */
const hexHalf = (w: Word): string => `0x${(w >>> 0).toString(16).padStart(8, '0')}`;

const COUNTER: WordRole = Object.freeze({ is: 'counter' });

/** Read-write by default. */
const RW: Prot = Object.freeze({ read: true, write: true });

/** Everything one run of a race is about. */
export class World {
  readonly cells = new CellTable();
  readonly frames = new FrameTable(this.cells);
  readonly mms: Mm[] = [];
  readonly vmas: Vma[] = [];
  readonly notifiers: Notifier[] = [];
  /** CPUs that turn interrupts off or read under RCU, as far as the race follows them. */
  readonly contexts = new CpuContexts(this.cells);
  /** The level above the leaf tables, as far as the race has one. */
  readonly pmds: PmdLevel = new PmdLevel(this);
  /** Who remembers stores besides entries and page flags; filled by `setup`. */
  readonly dirtyRecords: DirtyRecord[] = [];
  readonly observers: Observer[];
  /** Bodies of operations and kernel functions, as far as a variant has others. */
  readonly binder = new Binder();
  /** What the kernel does about a fault; without one an access that faults ends in SIGSEGV. */
  faultHandler: FaultEntry | null = null;
  readonly walker: MemoWalker;
  /** Entries in a contiguous block of this model; 1 where the architecture has none. */
  readonly contPtes: number;
  readonly #tlb = new Map<string, Cell>();
  readonly #tables: PageTable[] = [];

  constructor(
    readonly arch: ArchPlugin,
    readonly params: Params,
    /** CPUs whose TLB the model has: those that run user code. */
    readonly userCpus: readonly number[],
    readonly invariants: readonly InvariantCode[],
  ) {
    this.observers = OBSERVERS.filter((o) => invariants.includes(o.code));
    this.walker = memoWalker(arch.walker);
    const block = params.block;
    this.contPtes = arch.cont === undefined ? 1 : typeof block === 'number' ? block : arch.cont.ptes;
  }

  /** A new address space; `running` is false for one that a fork is to make. */
  mm(name = this.mms.length === 0 ? 'mm' : `mm${this.mms.length + 1}`, running = true): Mm {
    const mm: Mm = {
      name,
      asid: this.mms.length + 1,
      tlbFlushPending: this.cells.add({ name: `${name}.tlb_flush_pending`, initial: 0, role: COUNTER }),
      tlbFlushBatched: this.cells.add({ name: `${name}.tlb_flush_batched`, initial: 0, role: COUNTER }),
      mmapLock: this.cells.addLock(`${name}.mmap_lock`),
      writeProtectSeq: this.cells.add({ name: `${name}.write_protect_seq`, initial: 0, role: COUNTER }),
      hasPinned: this.cells.add({ name: `${name}.has_pinned`, initial: 0 }),
      running: this.cells.add({ name: `${name}.running`, initial: running ? 1 : 0 }),
    };
    this.mms.push(mm);
    return mm;
  }

  /** A new folio. */
  folio(spec: FolioSpec): Folio {
    return this.frames.add(spec);
  }

  /** A new file or device that areas can map. */
  addressSpace(name = 'mapping'): AddressSpace {
    return { name, iMmapLock: this.cells.addLock(`${name}.i_mmap`), vmas: [] };
  }

  /** A new lock. */
  lock(name: string): Cell {
    return this.cells.addLock(name);
  }

  /** A word of the scenario's own that agents share. */
  word(name: string, initial: Word = 0, show?: (value: Word) => string, role?: WordRole): Cell {
    return this.cells.add({ name, initial, ...(show && { show }), ...(role && { role }) });
  }

  /** A word of an observer. */
  ghost(name: string, initial: Word = 0, show?: (value: Word) => string): Cell {
    const info = { name, initial, ghost: true };
    return this.cells.add(show === undefined ? info : { ...info, show });
  }

  /** A new area with an empty page table of its own. */
  vma(spec: VmaSpec): Vma {
    const mm = spec.mm ?? this.mms[0] ?? this.mm();
    const start = spec.start ?? 0x200 * (this.#tables.length + 1);
    const kind = spec.level ?? 'pte';
    const name = spec.name ?? (this.#tables.length === 0 ? kind : `${kind}${this.#tables.length + 1}`);
    const table = this.#table(mm, name, start, spec.pages, spec.level);
    const vma: Vma = {
      mm,
      table,
      start,
      end: start + spec.pages,
      prot: spec.prot ?? RW,
      shared: spec.shared ?? false,
      flags: spec.flags ?? {},
      pgoff: spec.pgoff ?? 0,
      mapping: spec.mapping ?? null,
    };
    this.vmas.push(vma);
    if (spec.mapping !== undefined) (spec.mapping.vmas as Vma[]).push(vma);
    for (const cpu of this.userCpus) {
      for (let vpn = start; vpn < vma.end; vpn++) {
        const cell = this.cells.add({
          name: `tlb${cpu}:${name}[${vpn - start}]`,
          initial: 0,
          show: (id) => (id === 0 ? 'empty' : describePte(this.arch, pteById(id))),
          role: { is: 'tlb', cpu, table: name, index: vpn - start },
        });
        this.#tlb.set(`${cpu}/${mm.asid}/${vpn}`, cell);
      }
    }
    return vma;
  }

  #table(mm: Mm, name: string, start: Vpn, pages: number, level?: UpperLevel): PageTable {
    const split = this.arch.has('splitEntries');
    const entries: Ptep[] = [];
    const ptlName = this.#tables.length === 0 ? 'ptl' : `ptl${this.#tables.length + 1}`;
    const ptl = this.cells.addLock(ptlName);
    const table: PageTable = { mm, name, start, entries, ptl, ...(level === undefined ? {} : { level }) };
    for (let index = 0; index < pages; index++) {
      const entry = `${name}[${index}]`;
      const role = { is: 'entry', table: name, index, level: level ?? 'pte' } as const;
      const cell = split
        ? this.cells.add({ name: `${entry}.low`, initial: 0, show: hexHalf, role: { ...role, half: 'low' } })
        : this.cells.add({
            name: entry,
            initial: 0,
            show: (id) => describePte(this.arch, pteById(id)),
            role,
          });
      const high = split
        ? this.cells.add({
            name: `${entry}.high`,
            initial: 0,
            show: hexHalf,
            role: { ...role, half: 'high' },
          })
        : -1;
      entries.push({ table, index, vpn: start + index, cell, high, name: entry });
    }
    this.#tables.push(table);
    return table;
  }

  /** Map pages of a folio into an area, before the run starts. */
  mapFolio(vma: Vma, folio: Folio, spec: MapSpec = {}): void {
    const v = this.arch.values;
    const from = spec.from ?? 0;
    const pages = spec.pages ?? folio.frames.length - from;
    const start = vma.start + (spec.at ?? 0) - from;
    if (!folio.areas.some((area) => area.vma === vma && area.start === start))
      folio.areas.push({ vma, start });
    for (let i = 0; i < pages; i++) {
      const frame = folio.frames[from + i];
      if (frame === undefined)
        throw new RacewalkError('RACEWALK_OUTSIDE', `${folio.name} has no page ${from + i}`);
      const write = spec.write ?? vma.prot.write;
      let pte = v.pfnPte(frame.pfn, v.mkProt({ ...vma.prot, write: false }));
      pte = spec.dirty ? v.pteMkdirty(pte) : pte;
      pte = write ? v.pteMkwrite(pte) : pte;
      pte = spec.dirty ? v.pteMkdirty(pte) : v.pteMkclean(pte);
      pte = spec.young ? v.pteMkyoung(pte) : v.pteMkold(pte);
      if (spec.folded) pte = v.pteMkcont(pte);
      if (vma.table.level !== undefined) pte = this.arch.pmd.pmdMkhuge(pte);
      this.setInitial(ptepOf(vma, vma.start + (spec.at ?? 0) + i), pte);
    }
  }

  /** Give an entry its value at the start. */
  setInitial(ptep: Ptep, pte: PteWord): void {
    if (ptep.high < 0) this.cells.setInitial(ptep.cell, pte.id);
    else {
      this.cells.setInitial(ptep.cell, pte.lo | 0);
      this.cells.setInitial(ptep.high, pte.hi | 0);
    }
  }

  /** The TLB word of a page on a CPU, or -1 if this model has none for it. */
  tlbCell(cpu: number, mm: Mm, vpn: Vpn): Cell {
    return this.#tlb.get(`${cpu}/${mm.asid}/${vpn}`) ?? -1;
  }

  /** The TLB words of a range, on one CPU or on all. */
  tlbCells(mm: Mm, start: Vpn, end: Vpn, cpu?: number): Cell[] {
    const cells: Cell[] = [];
    for (const c of cpu === undefined ? this.userCpus : [cpu]) {
      for (let vpn = start; vpn < end; vpn++) {
        const cell = this.tlbCell(c, mm, vpn);
        if (cell >= 0) cells.push(cell);
      }
    }
    return cells;
  }

  /** Every TLB word of the model. */
  allTlbCells(): Cell[] {
    return [...this.#tlb.values()];
  }

  /** Every page table of the model. */
  get tables(): readonly PageTable[] {
    return this.#tables;
  }

  /** Complete the world: observers allocate their ghost words. Called once, after `setup`. */
  seal(): void {
    for (const o of this.observers) o.prepare?.(this);
  }

  /** Watch with another observer, if the race names its invariant. Called by `setup`. */
  observe(observer: Observer): void {
    if (this.invariants.includes(observer.code) && !this.observers.includes(observer))
      this.observers.push(observer);
  }

  /** Whether an invariant is watched in this run. */
  watches(code: InvariantCode): boolean {
    return this.observers.some((o) => o.code === code);
  }

  /** The value of an entry as the hardware sees it in one look. */
  entryIn(get: (cell: Cell) => Word, ptep: Ptep): PteWord {
    return ptep.high < 0 ? pteById(get(ptep.cell)) : pteWord(get(ptep.cell), get(ptep.high));
  }
}
