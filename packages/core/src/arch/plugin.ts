/**
 * An architecture, as a plain frozen object.
 */

import type { Machine } from '@racewalk/machine';
import type { GenericPteOps } from '../ops/generic.js';
import type { GenericHugePteOps } from '../ops/hugetlb.js';
import type { GenericPmdOps } from '../ops/pmd.js';
import { type HugePteValues, hugePteValues } from '../pte/hugetlb.js';
import type { PteLayout } from '../pte/layout.js';
import { type PmdValues, pmdValues } from '../pte/pmd.js';
import { type PudValues, pudValues } from '../pte/pud.js';
import { type SwapValues, swapValues } from '../pte/swap.js';
import type { UpperLevel } from '../pte/upper.js';
import { type FullPteValues, fullPteValues, type PteValues } from '../pte/values.js';
import type { PteWord } from '../pte/word.js';
import type { MemoryModel } from '../step/program.js';
import type { Capability } from './capabilities.js';
import { checkLayout } from './check-layout.js';
import { checkOps } from './check-ops.js';
import { checkHelpers, checkMarks, checkSpec, type Refuse, refuseFor } from './check-spec.js';
import type { InvariantCode } from './codes.js';
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
  /** Replacements for operations; `ops` are the plug-in's own. */
  readonly ops: (m: Machine, ops: GenericPteOps) => Partial<GenericPteOps>;
}

/** What the entries of a contiguous block must share. */
export interface ContRules {
  /** Entries in a block on the real machine (16 for 4 KiB pages on arm64); models may use fewer. */
  readonly ptes: number;
  /** Bits in which the entries of one block may differ (access and dirty state). */
  readonly mayDiffer: PteWord;
}

/** What a plug-in author writes. */
export interface ArchSpec {
  /** Stable identifier, for instance `arm64-contpte`. */
  readonly id: string;
  readonly title: string;
  readonly capabilities: readonly Capability[];
  /** Order in which other agents see this architecture's plain stores. */
  readonly memory: MemoryModel;
  readonly layout: PteLayout;
  readonly values: PteValues;
  readonly walker: HardwareWalker;
  /** Contiguous blocks; present iff the plug-in has `contPte`. */
  readonly cont?: ContRules;
  /** Operations; all generic if absent. */
  readonly ops?: (m: Machine) => GenericPteOps;
  /**
   * Operations on the entries of one upper level. If absent: exchanges (`AtomicPmdOps`) where the hardware
   * sets access or dirty state, and the generic ones elsewhere.
   */
  readonly pmdOps?: (m: Machine, level: UpperLevel) => GenericPmdOps;
  /**
   * Operations on hugetlb entries. If absent: those that know pages of several entries (`ContHugePteOps`)
   * where there are contiguous blocks, and the generic ones elsewhere.
   */
  readonly hugeOps?: (m: Machine) => GenericHugePteOps;
  /** Why this value must never stand in a table, or `null`. Checked at every write. */
  readonly malformed?: (pte: PteWord) => string | null;
  /** Bugs of the plug-in's own overrides, put back for the suite. */
  readonly mutants?: readonly OverrideMutant[];
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

/**
 * Complete and freeze a plug-in; throws `RACEWALK_BAD_PLUGIN` if a part is missing or it contradicts itself,
 * `RACEWALK_BAD_LAYOUT` if bits are missing, used twice or not described, `RACEWALK_BAD_OVERRIDE` if an
 * operation is none.
 */
export function defineArch(spec: ArchSpec): ArchPlugin {
  checkSpec(spec);
  checkLayout(spec);
  checkHelpers(spec);
  checkMarks(spec);
  const reject: Refuse = refuseFor(spec.id, 'RACEWALK_BAD_PLUGIN');
  const set = new Set(spec.capabilities);
  if (set.has('contPte') !== (spec.cont !== undefined)) {
    reject('contPte and the field cont do not agree', 'both, or neither');
  }
  if (set.has('broadcastTlbi') === set.has('ipiFlush')) {
    reject('how are remote TLBs invalidated?', 'exactly one of broadcastTlbi and ipiFlush');
  }
  if (set.has('pudThp') && !set.has('pudLeaf')) {
    reject('transparent huge pages two levels up, but no leaf there', 'pudLeaf with pudThp');
  }
  const values = fullPteValues(spec.values);
  const pmd = pmdValues(spec.layout, values);
  const plugin: ArchPlugin = Object.freeze({
    ...spec,
    values,
    pmd,
    pud: pudValues(spec.layout, pmd),
    huge: hugePteValues(pmd, values, { pud: set.has('pudLeaf'), contPtes: spec.cont?.ptes ?? 1 }),
    swap: swapValues(spec.layout, spec.values),
    has: (...capabilities: Capability[]) => capabilities.every((c) => set.has(c)),
  });
  checkOps(plugin);
  return plugin;
}
