/**
 * The machine as one agent sees it: which CPU it runs on, what it holds, and the operations it may
 * use. A new one is made each time an agent's body starts, so whatever it remembers is local.
 */
import {
  type ArchPlugin,
  AtomicPmdOps,
  ContHugePteOps,
  GenericHugePteOps,
  GenericPmdOps,
  GenericPteOps,
  type PageTable,
  type Ptep,
  type PteValues,
  type PteWord,
  type PudOps,
  pudOps,
  type UpperLevel,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import { atomic, type Cell, lock, type Step, trylock, unlock } from '@racewalk/core/step';
import { makeTlb, type Tlb } from '../cpu/tlb.js';
import { MmuNotifier } from '../device/notifier.js';
import type { EntryAccess } from '../entries/entries.js';
import type { HalvesAccess } from '../entries/halves.js';
import type { Completion } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import type { World } from '../world/world.js';

/** Replaces operations of a machine: how a mutant puts a bug back. */
export type OpsPatch = (m: Machine, ops: GenericPteOps) => Partial<GenericPteOps>;

/** What operation code is given as `m`. */
export class Machine {
  readonly arch: ArchPlugin;
  /** The `pte_*` helpers. */
  readonly v: PteValues;
  /** The `ptep_*` and `*_ptes` operations. */
  readonly pte: GenericPteOps;
  readonly #upper: { pmd?: GenericPmdOps; pud?: GenericPmdOps } = {};
  #pud: PudOps | undefined;
  #huge: GenericHugePteOps | undefined;
  readonly tlb: Tlb;
  readonly notifier: MmuNotifier;

  constructor(
    readonly world: World,
    /** The CPU the agent runs on. */
    readonly cpu: number,
    /** Raw access to entries: whole, or in halves. */
    readonly entries: EntryAccess & Partial<HalvesAccess>,
    patches: readonly OpsPatch[] = [],
  ) {
    this.arch = world.arch;
    this.v = world.arch.values;
    this.tlb = makeTlb(this);
    this.notifier = new MmuNotifier(world.notifiers, world);
    this.pte = world.arch.ops?.(this) ?? new GenericPteOps(this);
    for (const patch of patches) Object.assign(this.pte, patch(this, this.pte));
  }

  /** The `pmdp_*` operations. Made when asked for: few agents have huge pages. */
  get pmd(): GenericPmdOps {
    return this.upper('pmd');
  }

  /** The `pudp_*` operations. */
  get pud(): PudOps {
    this.#pud ??= pudOps(this.upper('pud'));
    return this.#pud;
  }

  /** The `huge_ptep_*` operations. */
  get huge(): GenericHugePteOps {
    this.#huge ??= this.arch.hugeOps?.(this) ?? this.#defaultHuge();
    return this.#huge;
  }

  /** The operations on entries of one upper level, under their names for the PMD. */
  upper(level: UpperLevel): GenericPmdOps {
    const made = this.#upper[level] ?? this.arch.pmdOps?.(this, level) ?? this.#defaultUpper(level);
    this.#upper[level] = made;
    return made;
  }

  #defaultUpper(level: UpperLevel): GenericPmdOps {
    const { arch } = this;
    const live = arch.has('hwAccess') || arch.has('hwDirty');
    return live ? new AtomicPmdOps(this, level) : new GenericPmdOps(this, level);
  }

  #defaultHuge(): GenericHugePteOps {
    return this.arch.has('contPte') ? new ContHugePteOps(this) : new GenericHugePteOps(this);
  }

  /** Entries in a contiguous block; 1 where there are none. */
  get contPtes(): number {
    return this.world.contPtes;
  }

  /** Take a page-table lock. @kernel pte_offset_map_lock */
  *pteOffsetMapLock(table: PageTable): Step<void> {
    yield* lock(table.ptl, { op: 'pte_offset_map_lock', label: `lock ${this.#name(table.ptl)}` });
  }

  /** Release a page-table lock. @kernel pte_unmap_unlock */
  *pteUnmapUnlock(table: PageTable): Step<void> {
    yield* unlock(table.ptl, { op: 'pte_unmap_unlock', label: `unlock ${this.#name(table.ptl)}` });
  }

  /** Take any lock. */
  *lock(cell: Cell): Step<void> {
    yield* lock(cell, `lock ${this.#name(cell)}`);
  }

  /** Try to take any lock. */
  *trylock(cell: Cell): Step<boolean> {
    return yield* trylock(cell, `trylock ${this.#name(cell)}`);
  }

  /** Release any lock. */
  *unlock(cell: Cell): Step<void> {
    yield* unlock(cell, `unlock ${this.#name(cell)}`);
  }

  /**
   * The operation this agent performs is complete for the range, and from now on `promises`. Observers
   * check it here; see STALE and PERM.
   */
  *completes(promises: Completion, vma: Vma, start: Vpn = vma.start, end: Vpn = vma.end): Step<void> {
    const { world } = this;
    const watching = world.observers.filter((o) => o.complete !== undefined);
    if (watching.length === 0) return;
    const view = new MemoryView();
    const event = { vma, start, end, promises };
    const cells = new Set(world.tlbCells(vma.mm, start, end));
    for (const o of watching) for (const c of o.completeCells?.(world, event) ?? []) cells.add(c);
    yield* atomic(
      [...cells],
      (mem, base, faults) => {
        for (const o of watching) o.complete?.(world, view.at(mem, base), event, faults);
        return 0;
      },
      {
        text: `completed: ${promises} ${vma.table.name}[${rangeText(vma, start, end)}]`,
        does: 'complete',
      },
      { locked: false },
    );
  }

  /** A reader took `value` to be the entry at `ptep`; observers check that it could be. See TORN and ENC. */
  *obtained(ptep: Ptep, value: PteWord): Step<void> {
    const { world } = this;
    const watching = world.observers.filter((o) => o.obtained !== undefined);
    const cells = new Set(watching.flatMap((o) => o.obtainedCells?.(world, ptep) ?? []));
    if (cells.size === 0) return;
    const view = new MemoryView();
    yield* atomic(
      [...cells],
      (mem, base, faults) => {
        for (const o of watching) o.obtained?.(world, view.at(mem, base), ptep, value, faults);
        return 0;
      },
      { text: `uses what it read of ${ptep.name}`, does: 'observe' },
      { locked: false },
    );
  }

  #name(cell: Cell): string {
    return this.world.cells.cells[cell]?.name ?? `cell ${cell}`;
  }
}

/** `0..3`, or `2` for a single page. */
export function rangeText(vma: Vma, start: Vpn, end: Vpn): string {
  const from = start - vma.table.start;
  const to = end - 1 - vma.table.start;
  return from === to ? `${from}` : `${from}..${to}`;
}
