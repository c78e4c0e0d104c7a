/**
 * The two things that the parts of the machine are given: the world of one run, and the machine as one agent sees
 * it. Classes behind them: `world.ts`, `agent/machine.ts`.
 */
import type {
  AccessKind,
  AddressSpace,
  ArchPlugin,
  Capability,
  EntryMachine,
  InvariantCode,
  Mm,
  PageTable,
  Ptep,
  PteWord,
  Tlb,
  Vma,
  Vpn,
} from '@racewalk/core';
import type { MmExtension } from '@racewalk/core/handles';
import type { Cell, CellTable, Step, Word, WordRole } from '@racewalk/core/step';
import type { Binder, CallStack } from '../agent/binder.js';
import type { Kernel, OsState, TaskStruct } from '../agent/kernel.js';
import type { DirtyRecord } from '../observers/dirty-record.js';
import type { Completion, Observer } from '../observers/observer.js';
import type { Tlbs } from '../tlb/tlbs.js';
import type { CpuContexts } from './contexts.js';
import type { Directories } from './directory.js';
import type { Frame, FrameRun, FrameTable } from './frames.js';
import type { MemoWalker } from './memo-walker.js';
import type { MmuNotifier, Notifier } from './mmu-notifier.js';
import type { Spaces, SpacesSpec } from './spaces.js';
import type { MapSpec, Params, VmaSpec } from './spec.js';
import type { Ptdesc, UpperLevelTables } from './upper.js';

/** Makes the observer of one world. */
export type ObserverOf = (w: World) => Observer;

/**
 * The kernel's handler for a fault on an entry that is present and allows the access. `lastLeft` is what the
 * previous fault of the same access left, or -1; `walker` is that of the CPU, where it is not the plug-in's. Returns the id of the entry left
 * behind, or -1 for SIGSEGV.
 */
export type FaultEntry = (
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  access: AccessKind,
  lastLeft: number,
  walker?: Pick<MemoWalker, 'walk'>,
) => Step<number>;

/** One operation of the protocol that leads to the state at the start of a race. */
export interface StartOp {
  /** The function of the kernel, or what user code or a device does. */
  readonly name: string;
  /** The address space that is loaded for it, where a race follows that. */
  readonly mm?: Mm;
  /** Its steps, run alone before the race. */
  readonly run: (m: Machine) => Step<unknown>;
}

/** What a race says of the hardware it runs on. */
export interface Hardware {
  /** What it leaves out, by name. */
  readonly less?: readonly string[];
  /** CPUs on which nobody accesses memory at user addresses. */
  readonly quiet?: readonly number[];
}

/** Everything one run of a race is about. Built once by a scenario's `setup`; afterwards only steps change anything. */
export interface World {
  readonly arch: ArchPlugin;
  readonly params: Params;
  /** CPUs of the model: those on which an agent runs. Each has a TLB. */
  readonly cpus: readonly number[];
  /** Those of them on which nobody accesses memory at user addresses. */
  readonly quiet: readonly number[];
  /** Which address space each CPU has loaded, as far as the race follows it. */
  readonly spaces: Spaces;
  /** What each CPU may have cached; everybody asks it. */
  readonly tlbs: Tlbs;
  readonly cells: CellTable;
  readonly frames: FrameTable;
  readonly mms: readonly Mm[];
  readonly vmas: readonly Vma[];
  /** The page table of every area; those that lead to it are in `pmds`. */
  readonly tables: readonly PageTable[];
  /** Secondary MMUs, in order of registration; filled by `setup`. */
  readonly notifiers: Notifier[];
  /** CPUs that turn interrupts off or read under RCU, as far as the race follows them. */
  readonly contexts: CpuContexts;
  /** The level above the leaf tables, as far as the race has one. */
  readonly pmds: UpperLevelTables;
  /** Tables above that, as far as a race has them. */
  readonly directories: Directories;
  /** What remembers stores besides entries; filled by `setup`. */
  readonly dirtyRecords: DirtyRecord[];
  /** The observers whose invariant the race names. */
  readonly observers: readonly Observer[];
  /** Bodies of operations and kernel functions, as far as a variant has others. */
  readonly binder: Binder;
  /** How the state at the start comes about, where mapping pages does not say it; filled by `setup`. */
  readonly startOps: StartOp[];
  /** What the operating system keeps here. */
  readonly os: OsState;
  /**
   * How the kernel invalidates where a race follows what is loaded, by mask or by tag; without it every CPU drops what
   * it has of the address space.
   */
  maintenance: ((m: Machine) => Tlb) | null;
  /** The kernel's fault handler; without one an access that faults ends in SIGSEGV. */
  faultHandler: FaultEntry | null;
  /** Makes what the operating system keeps in an address space of this name; called by {@link mm}. */
  mmExtension: ((name: string) => MmExtension) | null;
  readonly walker: MemoWalker;
  /** Entries in a contiguous block of this model; 1 where the architecture has none. */
  readonly contPtes: number;

  /** A new address space; `running` is false for one that a fork is to make. */
  mm(name?: string, running?: boolean): Mm;
  /**
   * From here on which address space a CPU has loaded is a word. Called by `setup`, before the first area; without it every
   * address space is loaded on every CPU.
   */
  follow(spec?: SpacesSpec): Spaces;
  /** A new file or device that areas can map. */
  addressSpace(name?: string): AddressSpace;
  /** A new lock. */
  lock(name: string): Cell;
  /** A word of the scenario's own that agents share. */
  word(name: string, initial?: Word, show?: (value: Word) => string, role?: WordRole): Cell;
  /** A word of an observer. */
  ghost(name: string, initial?: Word, show?: (value: Word) => string): Cell;
  /** A word about `about` that several observers keep together: made once for each name. */
  sharedGhost(about: object, name: string, initial?: Word): Cell;
  /** A new area with an empty page table of its own. */
  vma(spec: VmaSpec): Vma;
  /** Map frames of a run into an area, before the run starts. */
  mapFrames(vma: Vma, run: FrameRun, spec?: MapSpec): void;
  /** Give an entry its value at the start. */
  setInitial(ptep: Ptep, pte: PteWord): void;
  /** At the start `owner` (an address space or a device, by name) owns the frame alone. */
  startsOwned(frame: Frame, owner: string): void;

  /** Whether the hardware of this run does what a capability of the architecture says. */
  does(capability: Capability): boolean;
  /** What leads to the table of this entry, where the race has that level. */
  above(ptep: Ptep): Ptdesc | undefined;
  /** The table that an entry of the upper level leads to or takes the place of. */
  below(ptep: Ptep): Ptdesc | undefined;
  /** The value of an entry as the hardware sees it in one look. */
  entryIn(get: (cell: Cell) => Word, ptep: Ptep): PteWord;

  /** Watch with another observer, if the race names its invariant. Called by `setup`. */
  observe(observerOf: ObserverOf): void;
  /** Whether an invariant is watched in this run. */
  watches(code: InvariantCode): boolean;
  /** Complete the world: observers allocate their ghost words. Called once, after `setup`. */
  seal(): void;
}

/**
 * What operation code is given as `m`: which CPU the agent runs on, and the operations it may use. A new one is made
 * each time an agent's body starts, so whatever it remembers is local.
 */
export interface Machine extends EntryMachine {
  readonly world: World;
  readonly arch: ArchPlugin;
  /** The CPU the agent runs on. */
  readonly cpu: number;
  /** Name of the agent; a variant may concern some agents only. */
  readonly agent: string;
  /** The functions of the kernel, by name. */
  readonly k: Kernel;
  /** The operations and functions this agent is in. */
  readonly calls: CallStack;
  /** The task this agent is. @kernel current */
  readonly current: TaskStruct;
  /**
   * What code of this agent remembers from one step to the next outside the variables of its functions: plain objects and
   * collections, which are added when they are made. A search compares them where it joins histories.
   */
  readonly keeps: unknown[];
  /** Entries whose early walk has found nothing (`KernelCpu`). */
  earlyWalks?: Set<Ptep>;
  readonly notifier: MmuNotifier;

  /** Take a page-table lock. @kernel pte_offset_map_lock */
  pteOffsetMapLock(table: PageTable): Step<void>;
  /** Release a page-table lock. @kernel pte_unmap_unlock */
  pteUnmapUnlock(table: PageTable): Step<void>;
  /** Take any lock. */
  lock(cell: Cell): Step<void>;
  /** Try to take any lock. */
  trylock(cell: Cell): Step<boolean>;
  /** Release any lock. */
  unlock(cell: Cell): Step<void>;

  /**
   * The operation this agent performs is complete for the range (default: the whole area), and from now on
   * `promises`. Observers check it here; see STALE and PERM.
   */
  completes(promises: Completion, vma: Vma, start?: Vpn, end?: Vpn): Step<void>;
  /** A reader took `value` to be the entry at `ptep`; observers check that it could be. See TORN and ENC. */
  obtained(ptep: Ptep, value: PteWord): Step<void>;
}
