/**
 * Invariants are observers of machine events. The machine runs every observer inside the step that
 * makes the event, so what an observer sees is exactly what that step saw.
 */
import type { AccessKind, InvariantCode, Mm, Ptep, PteWord, Vma, Vpn } from '@racewalk/core';
import type { Cell, FaultSink, Word } from '@racewalk/core/step';
import type { TlbSizes } from '../tlb/sizes.js';
import type { Frame } from '../world/frames.js';
import type { NotifierRange } from '../world/mmu-notifier.js';
import type { Ptdesc } from '../world/upper.js';

/** Read (and, for ghost words, write) access to memory within one step. */
export interface StepView {
  /** Value of a word now. */
  get(cell: Cell): Word;
  /** Change a ghost word; it must be among the words of the step. */
  set(cell: Cell, value: Word): void;
}

/** An access reached a frame. */
export interface UseEvent {
  /** -1 for a device that holds the page by reference: there is no translation to lose. */
  readonly cpu: number;
  readonly vma: Vma;
  readonly vpn: Vpn;
  readonly access: AccessKind;
  /** The translation used. */
  readonly cached: PteWord;
  readonly frame: Frame;
}

/** A secondary MMU (a device, a hypervisor) reached a frame. */
export interface SecondaryUseEvent {
  /** Name of the secondary MMU. */
  readonly who: string;
  readonly vma: Vma;
  readonly vpn: Vpn;
  readonly access: AccessKind;
  readonly frame: Frame;
  /** By a translation that is meant to be the only one. */
  readonly exclusive: boolean;
}

/**
 * What an operation promises from its completion on: the old entries translate no more (`unmapped`); nobody stores
 * through them (`read-only`); nobody uses them without leaving a mark: a TLB may have a page as young only if memory has,
 * too (`old`). What was mapped anew while the operation was under way is none of its business, unless it promises
 * that at this moment no store is possible at all (`unwritable`).
 */
export type Completion = 'unmapped' | 'read-only' | 'unwritable' | 'old';

/** An operation says that it is complete for a range. */
export interface CompletionEvent {
  readonly vma: Vma;
  readonly start: Vpn;
  readonly end: Vpn;
  readonly promises: Completion;
}

/** An agent has read an entry, or is about to compare it with what it read before. */
export interface ReadEvent {
  /** Name of the agent. */
  readonly agent: string;
  readonly ptep: Ptep;
  /** `checks`: the entry has the value that the agent read before, so a re-check passes. `read`: it was read. */
  readonly phase: 'checks' | 'read';
}

/** One invariant in one world. Every hook is optional; `code` is not. */
export interface Observer {
  readonly code: InvariantCode;
  /** Ghost words this invariant keeps about each entry; they join the step of every software write. */
  entryCells?(ptep: Ptep): readonly Cell[];
  /** Why nothing in this world can break it, or null. Asked once the world is complete. */
  idle?(): string | null;
  /** Ghost words `read` looks at and changes. */
  readCells?(agent: string, ptep: Ptep): readonly Cell[];
  /** Software reads an entry. Sees the words of the entry. */
  read?(s: StepView, event: ReadEvent, faults: FaultSink): void;
  /** Called once a world is complete, to allocate ghost words. */
  prepare?(): void;
  /**
   * Software changed an entry (the hardware's A/D updates are not reported here). `old` is null where
   * the store is only announced: it sits in a store buffer, or is made in halves.
   */
  entryWrite?(s: StepView, ptep: Ptep, old: PteWord | null, now: PteWord, faults: FaultSink): void;
  /** Ghost words that join every walk which may update an entry. */
  hardwareCells?(): readonly Cell[];
  /** The hardware updated access or dirty state. */
  hardwareUpdate?(s: StepView, ptep: Ptep, now: PteWord, faults: FaultSink): void;
  /** Ghost words `invalidated` changes. */
  invalidatedCells?(ptep: Ptep): readonly Cell[];
  /** A TLB invalidation of one page is complete on every CPU: of translations of these sizes. */
  invalidated?(s: StepView, ptep: Ptep, sizes: TlbSizes): void;
  /** Words besides those of the translation and of the frame that `use` looks at. */
  useCells?(event: UseEvent): readonly Cell[];
  /** An access reached a frame. Sees the words of the translation and of the frame. */
  use?(s: StepView, event: UseEvent, faults: FaultSink): void;
  /** Words besides the frame's that `secondaryUse` looks at. */
  secondaryCells?(event: SecondaryUseEvent): readonly Cell[];
  /** A secondary MMU reached a frame. */
  secondaryUse?(s: StepView, event: SecondaryUseEvent, faults: FaultSink): void;
  /** Words `notified` looks at and changes. */
  notifiedCells?(range: NotifierRange): readonly Cell[];
  /** Every secondary MMU has returned from the start of an invalidation, or is about to be told its end. */
  notified?(s: StepView, range: NotifierRange, phase: 'stopped' | 'resumes'): void;
  /** Called by `setup`: at the start `owner` (an address space or a device) owns the frame alone. */
  ownedAtStart?(frame: Frame, owner: string): void;
  /** Words `granted` looks at and changes. */
  grantedCells?(frame: Frame): readonly Cell[];
  /** From here on `owner` has the frame exclusively: no CPU translates to it, and there is no other owner. */
  granted?(s: StepView, frame: Frame, owner: string, faults: FaultSink): void;
  /** Words `revoked` looks at and changes. */
  revokedCells?(frame: Frame): readonly Cell[];
  /** `owner` no longer has the frame exclusively, if it had. */
  revoked?(s: StepView, frame: Frame, owner: string): void;
  /** Words besides the TLBs' and the frame's that `free` looks at. */
  freeCells?(): readonly Cell[];
  /** Words besides the TLB words of the range that `complete` looks at. */
  completeCells?(event: CompletionEvent): readonly Cell[];
  /** An operation completed. Sees the TLB words of the range. */
  complete?(s: StepView, event: CompletionEvent, faults: FaultSink): void;
  /** Words `unmapped` looks at. */
  unmappedCells?(frame: Frame): readonly Cell[];
  /**
   * A mapping of the frame was given up: from here on the frame counts as clean unless a store is recorded
   * elsewhere.
   */
  unmapped?(s: StepView, frame: Frame, faults: FaultSink): void;
  /** A frame is about to be freed. Sees all TLB words and the frame's word. */
  free?(s: StepView, frame: Frame, faults: FaultSink): void;
  /** A lockless walker returns with a reference to the frame. Sees the frame's word. */
  pinned?(s: StepView, frame: Frame, faults: FaultSink): void;
  /** The hardware or a lockless walker goes through a leaf table. Sees the table's `freed` word. */
  tableReached?(s: StepView, ptdesc: Ptdesc, who: string, faults: FaultSink, mm?: Mm): void;
  /** Words besides the table's own and its walk caches that `tableFreed` looks at. */
  tableFreeCells?(ptdesc: Ptdesc): readonly Cell[];
  /** A leaf table is freed. Sees every walk cache of the table. */
  tableFreed?(s: StepView, ptdesc: Ptdesc, faults: FaultSink): void;
  /** Words `obtained` looks at. */
  obtainedCells?(ptep: Ptep): readonly Cell[];
  /** A lockless reader accepted `value` as the entry at `ptep`. */
  obtained?(s: StepView, ptep: Ptep, value: PteWord, faults: FaultSink): void;
  /** All threads have ended. */
  end?(s: StepView, faults: FaultSink): void;
}
