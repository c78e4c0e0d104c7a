/** The machine as one agent sees it: which CPU it runs on, and the operations it may use. */
import {
  type ArchPlugin,
  type EntryAccess,
  type HalvesAccess,
  HUGE_PTE_OPS,
  type HugePteValues,
  kernelName,
  opsOf,
  type PageTable,
  type Pfn,
  PMD_OPS,
  type PmdOps,
  type PmdValues,
  PTE_OPS,
  type PteOps,
  type Ptep,
  type PteWord,
  type Tlb,
  type UpperLevel,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import { atomic, type Cell, lock, type Step, trylock, unlock } from '@racewalk/core/step';
import { makeTlb, TLB_OPS } from '../cpu/tlb.js';
import { NOTIFIER_OPS, NotifierCalls } from '../device/notifier.js';
import type { Completion } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import type { MmuNotifier } from '../world/mmu-notifier.js';
import { rangeText } from '../world/range-text.js';
import type * as types from '../world/types.js';
import { CallStack } from './binder.js';
import type { Kernel, TaskStruct } from './kernel.js';
import { namedEntries } from './named-entries.js';
import { namedValues } from './named-values.js';
import { rereadEntries } from './reread-entries.js';
import { type ToldValues, toldValues } from './told-values.js';

class AgentMachine implements types.Machine {
  readonly arch: ArchPlugin;
  readonly v: ArchPlugin['values'];
  readonly p: PmdValues;
  readonly hugeValues: HugePteValues;
  readonly entries: EntryAccess & Partial<HalvesAccess>;
  readonly pte: PteOps;
  readonly k: Kernel;
  readonly calls = new CallStack();
  readonly current: TaskStruct = {};
  readonly keeps: unknown[] = [this.current];
  earlyWalks?: Set<Ptep>;
  /** The locks this agent has taken and not released. */
  readonly holds = new Set<Cell>();
  readonly #told: ToldValues | null;
  readonly #upper: { pmd?: PmdOps; pud?: PmdOps } = {};
  readonly #ops: ReturnType<typeof opsOf>;
  #pud: types.Machine['pud'] | undefined;
  #huge: types.Machine['huge'] | undefined;
  readonly tlb: Tlb;
  readonly notifier: MmuNotifier;

  constructor(
    readonly world: types.World,
    readonly cpu: number,
    entries: EntryAccess & Partial<HalvesAccess>,
    readonly agent = '',
  ) {
    const { arch, binder } = world;
    this.#told = toldValues(world, this);
    const watched = rereadEntries(world, this, entries);
    this.entries = namedEntries(this, this.#told?.watch(watched) ?? watched);
    this.calls.settle = this.#told?.settle.bind(this.#told) ?? null;
    this.arch = arch;
    this.#ops = opsOf(arch);
    this.v = namedValues(this, arch.values);
    this.p = namedValues(this, arch.pmd);
    this.hugeValues = namedValues(this, arch.huge);
    this.tlb = binder.bind(this, makeTlb(this), TLB_OPS);
    this.notifier = binder.bind(this, new NotifierCalls(this), NOTIFIER_OPS);
    this.pte = this.#telling(binder.bind(this, this.#ops.pte(this), PTE_OPS));
    this.k = binder.kernel(this) as Kernel;
  }

  get op(): string {
    return kernelName(this.calls.top);
  }

  /** Made when asked for: few agents have huge pages. */
  get pmd(): PmdOps {
    return this.upper('pmd');
  }

  get pud(): types.Machine['pud'] {
    this.#pud ??= this.#ops.pud(this.upper('pud'));
    return this.#pud;
  }

  get huge(): types.Machine['huge'] {
    this.#huge ??= this.#telling(this.world.binder.bind(this, this.#ops.huge(this), HUGE_PTE_OPS));
    return this.#huge;
  }

  upper(level: UpperLevel): PmdOps {
    this.#upper[level] ??= this.#telling(this.world.binder.bind(this, this.#ops.upper(this, level), PMD_OPS));
    return this.#upper[level];
  }

  get contPtes(): number {
    return this.world.contPtes;
  }

  areaOf(ptep: Ptep): Vma | undefined {
    const { vmas, pmds } = this.world;
    const own = vmas.find((vma) => vma.table === ptep.table);
    if (own !== undefined || !pmds.wanders) return own;
    // A table that no area starts with belongs to the area it was allocated for.
    const slot = pmds.of(ptep.table)?.pmdp;
    const home = slot === undefined ? undefined : pmds.under(slot)?.table;
    return vmas.find((vma) => vma.table === home);
  }

  hpagePages({ table }: Vma): number {
    return this.world.pmds.of(table)?.follows === true ? table.entries.length : 1;
  }

  isOneFolio(pfn: Pfn, nr: number): boolean {
    const frame = this.world.frames.at(pfn);
    return frame !== undefined && frame.index + nr <= frame.run.frames.length;
  }

  *pteOffsetMapLock(table: PageTable): Step<void> {
    yield* lock(table.ptl, { op: 'pte_offset_map_lock', label: `lock ${this.#name(table.ptl)}` });
    this.holds.add(table.ptl);
  }

  *pteUnmapUnlock(table: PageTable): Step<void> {
    this.holds.delete(table.ptl);
    yield* unlock(table.ptl, { op: 'pte_unmap_unlock', label: `unlock ${this.#name(table.ptl)}` });
  }

  *lock(cell: Cell): Step<void> {
    yield* lock(cell, `lock ${this.#name(cell)}`);
    this.holds.add(cell);
  }

  *trylock(cell: Cell): Step<boolean> {
    const taken = yield* trylock(cell, `trylock ${this.#name(cell)}`);
    if (taken) this.holds.add(cell);
    return taken;
  }

  *unlock(cell: Cell): Step<void> {
    this.holds.delete(cell);
    yield* unlock(cell, `unlock ${this.#name(cell)}`);
  }

  *completes(promises: Completion, vma: Vma, start: Vpn = vma.start, end: Vpn = vma.end): Step<void> {
    const { world } = this;
    const watching = world.observers.filter((o) => o.complete !== undefined);
    if (watching.length === 0) return;
    const view = new MemoryView();
    const event = { vma, start, end, promises };
    const cells = new Set(world.tlbs.looks(vma.mm, start, end));
    for (const o of watching) for (const c of o.completeCells?.(event) ?? []) cells.add(c);
    yield* atomic(
      [...cells],
      (mem, base, faults) => {
        for (const o of watching) o.complete?.(view.at(mem, base), event, faults);
        return 0;
      },
      {
        text: `completed: ${promises} ${vma.table.name}[${rangeText(vma, start, end)}]`,
        does: 'complete',
      },
      { locked: false },
    );
  }

  *obtained(ptep: Ptep, value: PteWord): Step<void> {
    const { world } = this;
    this.#told?.said(ptep);
    const watching = world.observers.filter((o) => o.obtained !== undefined);
    const cells = new Set(watching.flatMap((o) => o.obtainedCells?.(ptep) ?? []));
    if (cells.size === 0) return;
    const view = new MemoryView();
    yield* atomic(
      [...cells],
      (mem, base, faults) => {
        for (const o of watching) o.obtained?.(view.at(mem, base), ptep, value, faults);
        return 0;
      },
      { text: `uses what it read of ${ptep.name}`, does: 'observe' },
      { locked: false },
    );
  }

  #telling<T extends object>(ops: T): T {
    return this.#told?.of(ops) ?? ops;
  }

  #name(cell: Cell): string {
    return this.world.cells.cells[cell]?.name ?? `cell ${cell}`;
  }
}

/** The machine as one agent sees it. */
export type Machine = types.Machine;

/** Makes the machine of an agent of this name on a CPU; `entries` is the access to entries it has. */
export const Machine: new (
  world: types.World,
  cpu: number,
  entries: EntryAccess & Partial<HalvesAccess>,
  agent?: string,
) => types.Machine = AgentMachine;
