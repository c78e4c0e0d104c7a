/**
 * An architecture, as a plain frozen object.
 */

import type { EntryMachine } from '../ops/entry-machine.js';
import type { HugePteOps } from '../ops/hugetlb-ops.js';
import type { OpsPatch } from '../ops/patch.js';
import type { PmdOps } from '../ops/pmd-ops.js';
import type { PteOps } from '../ops/pte-ops.js';
import type { Tlb, TlbHardware } from '../ops/tlb.js';
import type { HugePteValues } from '../pte/hugetlb.js';
import type { PteLayout } from '../pte/layout.js';
import type { PmdValues } from '../pte/pmd.js';
import type { PudValues } from '../pte/pud.js';
import type { SwapValues } from '../pte/swap.js';
import type { UpperLevel } from '../pte/upper.js';
import type { FullPteValues, PteValues } from '../pte/values.js';
import type { PteWord } from '../pte/word.js';
import type { MemoryModelName } from '../step/program.js';
import type { Vpn } from '../units.js';
import type { Capability } from './capabilities.js';
import type { InvariantCode } from './codes.js';
import type { LinuxOps } from './linux.js';
import type { HardwareWalker } from './walker.js';

/** A bug put back into one of a plug-in's own overrides. */
export interface OverrideMutant {
  /** Short name, for instance `gather-then-clear`. */
  readonly name: string;
  /** What was changed, in a sentence. */
  readonly what: string;
  /** The race tests that must catch it, by id; a trailing `*` matches any ending. */
  readonly tests: readonly string[];
  /** The invariant it must break there. */
  readonly breaks: InvariantCode;
  /** Why, in a sentence. */
  readonly why: string;
  /** Bodies that replace the plug-in's own, by the name of the operation. */
  readonly patch: OpsPatch;
}

/** A mutant of a race that this plug-in survives although its capabilities say that it must not. */
export interface Survival {
  /** The race, by id. */
  readonly test: string;
  /** The mutant, by its name. */
  readonly mutant: string;
  /** Why the bug does no harm here, in a sentence: what the plug-in's own operations do instead. Printed in every report. */
  readonly why: string;
}

/** What the entries of a contiguous block must share. */
export interface ContRules {
  /** Entries in a block on the real machine (16 for 4 KiB pages on arm64); models may use fewer. */
  readonly ptes: number;
  /** Bits in which the entries of one block may differ (access and dirty state). */
  readonly mayDiffer: PteWord;
  /** Whether leaves one level up form blocks, too (arm64: 32 MiB). Default true. */
  readonly leaves?: boolean;
  /** Where a contiguous entry in memory is not that of its page. Left out, it is (arm64). */
  readonly napot?: NapotForm;
}

/**
 * Blocks whose entries are all alike in memory, so that the frame of a page follows from entry *and* address (RISC-V
 * Svnapot). Operations, observers and TLBs see the page's own entry, whose frame is that of the page: the machine
 * encodes it when it is stored and decodes it at the address it was stored for, as the hardware does.
 */
export interface NapotForm {
  /** What stands in memory for a contiguous entry, in a block of `ptes` entries. The same for all pages of a block. */
  encode(pte: PteWord, ptes: number): PteWord;
  /** What the hardware takes an entry in memory for when it translates page `vpn`. */
  decode(stored: PteWord, vpn: Vpn, ptes: number): PteWord;
}

/** What a plug-in author writes. */
export interface ArchSpec {
  /** Stable identifier, for instance `arm64-contpte`. */
  readonly id: string;
  readonly title: string;
  readonly capabilities: readonly Capability[];
  /** Order in which other agents see this architecture's plain stores. */
  readonly memory: MemoryModelName;
  /**
   * Whether exchanges of entries order nothing (`xchg_relaxed`): under the weak order their stores are then seen as late as
   * plain ones. Default false: each is a full barrier.
   */
  readonly relaxedExchanges?: boolean;
  readonly layout: PteLayout;
  readonly values: PteValues;
  readonly walker: HardwareWalker;
  /** `pmd_*` helpers that do not follow from the layout; the generic ones are given. */
  readonly pmdValues?: (generic: PmdValues) => Partial<PmdValues>;
  /**
   * What the CPU allows where the size of a translation changes (FEAT_BBM). Default level 0: only by break before
   * make. With level 2 both sizes may be cached at once; if it `aborts`, an access that finds both takes an exception.
   */
  readonly bbm?: { readonly level: 0 | 1 | 2; readonly aborts: boolean };
  /** What the hardware caches of both stages of a guest together outlives an invalidation by guest frame. Default false. */
  readonly combinesStages?: true;
  /** What entries that lead to tables say besides: `permit` or forbid stores below them; `access`: a walk marks them. Default nothing. */
  readonly tableEntries?: { readonly permit?: true; readonly access?: true };
  /**
   * A core may begin a translation ahead of the access, and deliver what it found then, after a barrier as well, until its
   * context is synchronised. Asked by accesses of the kernel to its own mappings. Default false.
   */
  readonly earlyWalks?: boolean;
  /**
   * An erratum: a DSB may complete while stores of other CPUs, made through what the TLBI before it takes away, are still under
   * way. `bare`: without the repair. `repeated`: the kernel makes TLBI and DSB twice (ARM64_WORKAROUND_REPEAT_TLBI). Rounded to
   * more: the old translation may be used on until the second time. Default: no erratum.
   */
  readonly tlbiErratum?: 'bare' | 'repeated';
  /** Contiguous blocks; present iff the plug-in has `contPte`. */
  readonly cont?: ContRules;
  /** Operations; all generic if absent. */
  readonly ops?: (m: EntryMachine) => PteOps;
  /**
   * Operations on the entries of one upper level. If absent: exchanges (`AtomicPmdOps`) where the hardware
   * sets access or dirty state, and the generic ones elsewhere.
   */
  readonly pmdOps?: (m: EntryMachine, level: UpperLevel) => PmdOps;
  /**
   * Operations on hugetlb entries. If absent: those that know pages of several entries (`ContHugePteOps`)
   * where there are contiguous blocks, and the generic ones elsewhere.
   */
  readonly hugeOps?: (m: EntryMachine) => HugePteOps;
  /**
   * What the kernel invalidates where a fault found nothing to do: the page on every CPU, on this one, or nothing.
   * Default `page`, as in include/linux/pgtable.h. @kernel flush_tlb_fix_spurious_fault
   */
  readonly fixSpuriousFault?: 'page' | 'local' | 'none';
  /** The manual promises that a fault does not recur when the access is tried again and the tables by then allow it. */
  readonly faultDoesNotRecur?: boolean;
  /**
   * How Linux hands out tags of address spaces here, and who is told of a flush. `tlb-gen`: a few for each CPU, and a count
   * of flushes (arch/x86/mm/tlb.c). `generations`: the same on all CPUs, anew after a roll-over (arch/arm64/mm/context.c,
   * arch/riscv/mm/context.c). `versions`: each CPU its own, anew after its own roll-over (loongarch, alpha, mips). Default
   * `generations` where invalidations are broadcast, else `tlb-gen`.
   */
  readonly mmContext?: 'tlb-gen' | 'generations' | 'versions';
  /** Which of the CPUs of the model a flush by `cpu` reaches; `running` are the functions it is made in. Default all. */
  readonly flushTargets?: (
    cpu: number,
    cpus: readonly number[],
    running: readonly string[],
  ) => readonly number[];
  /** The plug-in's own TLB maintenance. Left out: the machine's, as `ipiFlush` or `broadcastTlbi` say. */
  readonly tlb?: (m: EntryMachine, hardware: TlbHardware) => Tlb;
  /**
   * Why `now` must not be stored where TLBs may still have the valid entry `held` (it stands there, or was emptied and nobody has
   * invalidated it since), or `null`. Asked at every software write, and broken as CONT. Left out: as `breakBeforeMake` says.
   */
  readonly overLive?: (held: PteWord, now: PteWord) => string | null;
  /** Why this value must never be stored in a table, or `null`. Checked at every write. */
  readonly malformed?: (pte: PteWord) => string | null;
  /** Bugs of the plug-in's own overrides, put back for the suite. */
  readonly mutants?: readonly OverrideMutant[];
  /**
   * Mutants of races that do no harm here, because an operation of the plug-in does more than the mutant counts on. Each
   * must really hold: one that is caught makes the suite fail, and so does one that would hold anyway.
   */
  readonly survives?: readonly Survival[];
  /** What releases of Linux do where the plug-in's own bodies are others; one entry a release. */
  readonly linux?: readonly LinuxOps[];
  /** What real hardware of this kind does and the plug-in does not. Printed in every report. */
  readonly omits: readonly string[];
}

/** A complete plug-in. */
export interface ArchPlugin extends ArchSpec {
  readonly values: FullPteValues;
  readonly pmd: PmdValues;
  readonly pud: PudValues;
  readonly huge: HugePteValues;
  readonly swap: SwapValues;
  /** Whether it has all of the capabilities. */
  has(...capabilities: Capability[]): boolean;
}
