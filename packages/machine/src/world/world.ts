/** The state of one model: memory words, frames, address spaces, TLBs, locks, and observers. */
import {
  type AddressSpace,
  type ArchPlugin,
  type Capability,
  type InvariantCode,
  type Mm,
  type PageTable,
  type Pfn,
  type Prot,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  pteWord,
  RacewalkError,
  type UpperLevel,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import { type Cell, CellTable, type Word, type WordRole } from '@racewalk/core/step';
import { Binder } from '../agent/binder.js';
import type { OsState } from '../agent/kernel.js';
import { describeEntry } from '../entries/leaf-walk.js';
import { asStored } from '../entries/napot.js';
import type { DirtyRecord } from '../observers/dirty-record.js';
import { OBSERVERS } from '../observers/index.js';
import type { Observer } from '../observers/observer.js';
import { Tlbs } from '../tlb/tlbs.js';
import { CpuContexts } from './contexts.js';
import { Directories } from './directory.js';
import { FLUSH_TARGETS } from './flush-targets.js';
import { type Frame, type FrameRun, FrameTable } from './frames.js';
import { type MemoWalker, memoWalker } from './memo-walker.js';
import type { Notifier } from './mmu-notifier.js';
import { Spaces, type SpacesSpec } from './spaces.js';
import type { MapSpec, Params, VmaSpec } from './spec.js';
import type * as types from './types.js';
import { misaligned, type Ptdesc, UpperLevelTables } from './upper.js';

/** A 32-bit half as 8 hexadecimal digits. */
const hexHalf = (w: Word): string => `0x${(w >>> 0).toString(16).padStart(8, '0')}`;

const COUNTER: WordRole = Object.freeze({ is: 'counter' });

/** Read-write by default. */
const RW: Prot = Object.freeze({ read: true, write: true });

class ModelWorld implements types.World {
  readonly cells = new CellTable();
  readonly frames = new FrameTable(this.cells);
  readonly mms: Mm[] = [];
  readonly vmas: Vma[] = [];
  readonly notifiers: Notifier[] = [];
  readonly contexts = new CpuContexts(this.cells);
  readonly pmds: UpperLevelTables;
  readonly directories = new Directories();
  readonly dirtyRecords: DirtyRecord[] = [];
  readonly observers: Observer[] = [];
  readonly binder = new Binder();
  readonly startOps: types.StartOp[] = [];
  readonly os: OsState = {};
  maintenance: types.World['maintenance'] = null;
  faultHandler: types.FaultEntry | null = null;
  mmExtension: types.World['mmExtension'] = null;
  readonly walker: MemoWalker;
  readonly contPtes: number;
  readonly spaces: Spaces;
  readonly tlbs: Tlbs;
  readonly quiet: readonly number[];
  readonly #less: readonly string[];
  readonly #observing = new Set<types.ObserverOf>();
  readonly #shared = new Map<object, Map<string, Cell>>();
  readonly #tables: PageTable[] = [];

  constructor(
    readonly arch: ArchPlugin,
    readonly params: Params,
    readonly cpus: readonly number[],
    private readonly invariants: readonly InvariantCode[],
    { less = [], quiet = [] }: types.Hardware = {},
    observers: readonly types.ObserverOf[] = OBSERVERS,
  ) {
    this.binder.add(FLUSH_TARGETS);
    this.#less = less;
    this.quiet = quiet;
    this.pmds = new UpperLevelTables({
      cells: this.cells,
      cpus,
      pmd: arch.pmd,
      leadTo: (leaf, pfn) => this.#leadTo(leaf, pfn),
      spareTable: ({ mm, start, entries }, name) => this.#table(mm, name, start, entries.length),
      addLeaf: (slot) => this.#addLeaf(slot),
      setInitial: (ptep, pte) => this.setInitial(ptep, pte),
    });
    this.walker = memoWalker(arch.walker, arch.values.pteValid);
    const block = params.block;
    this.contPtes = arch.cont === undefined ? 1 : typeof block === 'number' ? block : arch.cont.ptes;
    this.spaces = new Spaces(this.cells, cpus, arch.has('spaceTags'));
    this.tlbs = new Tlbs(this, cpus);
    for (const observerOf of observers) this.observe(observerOf);
  }

  mm(name = this.mms.length === 0 ? 'mm' : `mm${this.mms.length + 1}`, running = true): Mm {
    // The cast: without an operating system the extension is empty, and nobody asks for more.
    const mm = {
      name,
      asid: this.mms.length + 1,
      tlbFlushPending: this.cells.add({ name: `${name}.tlb_flush_pending`, initial: 0, role: COUNTER }),
      ...this.mmExtension?.(name),
      running: this.cells.add({ name: `${name}.running`, initial: running ? 1 : 0 }),
    } as Mm;
    this.mms.push(mm);
    return mm;
  }

  follow(spec: SpacesSpec = {}): Spaces {
    if (this.vmas.length > 0 || this.spaces.followed || this.walker.late !== undefined) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', 'what the CPUs have loaded cannot be followed', {
        expected: 'world.follow() once, before the first area, and no TLB that writes dirty state back late',
      });
    }
    this.spaces.begin(spec, this.mms);
    return this.spaces;
  }

  addressSpace(name = 'mapping'): AddressSpace {
    return { name, iMmapLock: this.cells.addLock(`${name}.i_mmap`), vmas: [] };
  }

  lock(name: string): Cell {
    this.#isNew(name);
    return this.cells.addLock(name);
  }

  /** Two words of one name could not be told apart in a counterexample. */
  #isNew(name: string): void {
    if (!this.cells.cells.some((cell) => cell.name === name)) return;
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', `there is a word called ${name} already`, {
      expected: 'another name, or the word that is there: `mm.mmapLock`, `folio.lock`, `table.ptl`',
    });
  }

  word(name: string, initial: Word = 0, show?: (value: Word) => string, role?: WordRole): Cell {
    this.#isNew(name);
    return this.cells.add({ name, initial, ...(show && { show }), ...(role && { role }) });
  }

  ghost(name: string, initial: Word = 0, show?: (value: Word) => string): Cell {
    const info = { name, initial, ghost: true };
    return this.cells.add(show === undefined ? info : { ...info, show });
  }

  sharedGhost(about: object, name: string, initial: Word = 0): Cell {
    const known = this.#shared.get(about) ?? new Map<string, Cell>();
    this.#shared.set(about, known);
    const cell = known.get(name) ?? this.ghost(name, initial);
    known.set(name, cell);
    return cell;
  }

  vma(spec: VmaSpec): Vma {
    const mm = spec.mm ?? this.mms[0] ?? this.mm();
    const start = spec.start ?? this.#freeFrom(mm, spec.flags?.global === true);
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
    const { global } = vma.flags;
    this.tlbs.add({ mm, table: name, start, end: vma.end, tableStart: table.start, global });
    return vma;
  }

  #addLeaf(slot: Ptdesc): void {
    if (this.spaces.followed) {
      throw new RacewalkError(
        'RACEWALK_BAD_SCENARIO',
        `the upper level of ${slot.table.name} is followed in full`,
        {
          expected:
            'pmds.add(vma) without a second argument in a race that follows which address space is loaded',
        },
      );
    }
    this.tlbs.addLeaf(slot);
  }

  /** Where areas are switched, those of two address spaces are at the same addresses: under one tag they are the same. */
  #freeFrom(mm: Mm, global: boolean): Vpn {
    const before = this.spaces.followed ? this.vmas.filter((vma) => vma.mm === mm) : this.#tables;
    return (global ? 0x10000 : 0) + 0x200 * (before.length + 1);
  }

  #table(mm: Mm, name: string, start: Vpn, pages: number, level?: UpperLevel): PageTable {
    const ptl = this.cells.addLock(this.#tables.length === 0 ? 'ptl' : `ptl${this.#tables.length + 1}`);
    const entries: Ptep[] = [];
    const table: PageTable = { mm, name, start, entries, ptl, ...(level === undefined ? {} : { level }) };
    for (let index = 0; index < pages; index++) entries.push(this.#entry(table, index, `${name}[${index}]`));
    this.#tables.push(table);
    return table;
  }

  #entry(table: PageTable, index: number, name: string): Ptep {
    const { cells, arch } = this;
    const role = { is: 'entry', table: table.name, index, level: table.level ?? 'pte' } as const;
    const vpn = table.start + index;
    if (!arch.has('splitEntries')) {
      const show = (id: Word) => describeEntry(arch, table.level, pteById(id));
      return { table, index, vpn, cell: cells.add({ name, initial: 0, show, role }), high: -1, name };
    }
    const half = (which: 'low' | 'high') =>
      cells.add({ name: `${name}.${which}`, initial: 0, show: hexHalf, role: { ...role, half: which } });
    return { table, index, vpn, cell: half('low'), high: half('high'), name };
  }

  /** A table of one entry, which leads to the leaf table in this frame. */
  #leadTo(leaf: PageTable, pfn: Pfn): PageTable {
    const { mm, start } = leaf;
    const entries: Ptep[] = [];
    const ptl = this.cells.addLock(`pmd_lock:${leaf.name}`);
    const table: PageTable = { mm, name: `pmd:${leaf.name}`, start, entries, ptl, level: 'pmd' };
    const pmdp = this.#entry(table, 0, table.name);
    entries.push(pmdp);
    this.setInitial(pmdp, this.arch.pmd.pmdPopulate(pfn));
    return table;
  }

  mapFrames(vma: Vma, run: FrameRun, spec: MapSpec = {}): void {
    const v = this.arch.values;
    const from = spec.from ?? 0;
    const pages = spec.pages ?? run.frames.length - from;
    if (spec.huge === true) {
      this.#mapLeaf(vma, run, spec);
      return;
    }
    for (let i = 0; i < pages; i++) {
      const frame = run.frames[from + i];
      if (frame === undefined)
        throw new RacewalkError('RACEWALK_OUTSIDE', `${run.name} has no page ${from + i}`);
      let pte = this.#mapping(vma, frame, spec);
      if (spec.folded) pte = v.pteMkcont(pte);
      if (vma.table.level !== undefined) pte = this.arch.pmd.pmdMkhuge(pte);
      this.setInitial(ptepOf(vma, vma.start + (spec.at ?? 0) + i), pte);
    }
  }

  #mapping(vma: Vma, frame: Frame, spec: MapSpec): PteWord {
    const v = this.arch.values;
    const write = spec.write ?? vma.prot.write;
    let pte = v.pfnPte(frame.pfn, v.mkProt({ ...vma.prot, write: false }));
    pte = spec.dirty ? v.pteMkdirty(pte) : pte;
    pte = write ? v.pteMkwrite(pte) : pte;
    pte = spec.dirty ? v.pteMkdirty(pte) : v.pteMkclean(pte);
    return spec.young ? v.pteMkyoung(pte) : v.pteMkold(pte);
  }

  /** One leaf of the upper level maps the run. */
  #mapLeaf(vma: Vma, run: FrameRun, spec: MapSpec): void {
    const slot = this.pmds.of(vma.table);
    const [first] = run.frames;
    const refuse = (message: string, expected: string): RacewalkError =>
      new RacewalkError('RACEWALK_BAD_SCENARIO', `${run.name} as a huge page: ${message}`, { expected });
    if (slot?.follows !== true || first === undefined)
      throw refuse(`${vma.table.name} has no upper level that is followed`, 'world.pmds.add(vma, {}) before');
    const bad = misaligned(first.pfn, 'pmd');
    if (bad !== null) throw refuse(bad, 'a run made with `huge: true`');
    if (run.frames.length !== vma.table.entries.length)
      throw refuse(
        `it has ${run.frames.length} pages`,
        `${vma.table.entries.length}, as many as the table has entries`,
      );
    this.setInitial(slot.pmdp, this.arch.pmd.pmdMkhuge(this.#mapping(vma, first, spec)));
  }

  setInitial(ptep: Ptep, pte: PteWord): void {
    if (ptep.high < 0) this.cells.setInitial(ptep.cell, asStored(this, ptep, pte).id);
    else {
      this.cells.setInitial(ptep.cell, pte.lo | 0);
      this.cells.setInitial(ptep.high, pte.hi | 0);
    }
  }

  does(capability: Capability): boolean {
    return this.arch.has(capability) && !this.#less.includes(capability);
  }

  above(ptep: Ptep): Ptdesc | undefined {
    return this.pmds.of(ptep.table);
  }

  below(ptep: Ptep): Ptdesc | undefined {
    return this.pmds.under(ptep);
  }

  get tables(): readonly PageTable[] {
    return this.#tables;
  }

  startsOwned(frame: Frame, owner: string): void {
    for (const o of this.observers) o.ownedAtStart?.(frame, owner);
  }

  observe(observerOf: types.ObserverOf): void {
    if (this.#observing.has(observerOf)) return;
    this.#observing.add(observerOf);
    const observer = observerOf(this);
    if (this.invariants.includes(observer.code)) this.observers.push(observer);
  }

  seal(): void {
    this.tlbs.seal(this.#tables.flatMap((table) => table.entries));
    for (const o of this.observers) o.prepare?.();
  }

  watches(code: InvariantCode): boolean {
    return this.observers.some((o) => o.code === code);
  }

  entryIn(get: (cell: Cell) => Word, ptep: Ptep): PteWord {
    return ptep.high < 0 ? pteById(get(ptep.cell)) : pteWord(get(ptep.cell), get(ptep.high));
  }
}

/** Everything one run of a race is about. */
export type World = types.World;

/** Makes an empty world. `hardware` is what the race says of it; `observers` are those that watch if the race names their invariant. */
export const World: new (
  arch: ArchPlugin,
  params: Params,
  cpus: readonly number[],
  invariants: readonly InvariantCode[],
  hardware?: types.Hardware,
  observers?: readonly types.ObserverOf[],
) => types.World = ModelWorld;
