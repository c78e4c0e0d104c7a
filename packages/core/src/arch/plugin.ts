/**
 * An architecture, as a plain frozen object.
 */
import { RacewalkError } from '../errors.js';
import type { InvariantCode } from '../invariants/codes.js';
import type { Machine } from '../machine/machine.js';
import type { GenericPteOps } from '../ops/generic.js';
import { type HugePteValues, hugePteValues } from '../pte/hugetlb.js';
import type { PteLayout } from '../pte/layout.js';
import { type PmdValues, pmdValues } from '../pte/pmd.js';
import { type PudValues, pudValues } from '../pte/pud.js';
import { type SwapValues, swapValues } from '../pte/swap.js';
import type { PteValues } from '../pte/values.js';
import type { PteWord } from '../pte/word.js';
import type { MemoryModel } from '../step/program.js';
import type { Capability } from './capabilities.js';
import { checkLayout } from './check-layout.js';
import { checkOps } from './check-ops.js';
import { checkHelpers, checkMarks, checkSpec } from './check-spec.js';
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
  /** Why this value must never stand in a table, or `null`. Checked at every write. */
  readonly malformed?: (pte: PteWord) => string | null;
  /** Bugs of the plug-in's own overrides, put back for the suite. */
  readonly mutants?: readonly OverrideMutant[];
  /** What real hardware of this kind does and the plug-in does not. Printed in every report. */
  readonly omits: readonly string[];
}

/** A complete plug-in. */
export interface ArchPlugin extends ArchSpec {
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
  const reject = (message: string, expected: string): never => {
    throw new RacewalkError('RACEWALK_BAD_PLUGIN', `plug-in ${spec.id}: ${message}`, { expected });
  };
  const set = new Set(spec.capabilities);
  if (set.has('contPte') !== (spec.cont !== undefined)) {
    reject('contPte and the field cont do not agree', 'both, or neither');
  }
  if (set.has('broadcastTlbi') === set.has('ipiFlush')) {
    reject('how are remote TLBs invalidated?', 'exactly one of broadcastTlbi and ipiFlush');
  }
  const pmd = pmdValues(spec.layout, spec.values);
  const plugin: ArchPlugin = Object.freeze({
    ...spec,
    pmd,
    pud: pudValues(pmd),
    huge: hugePteValues(pmd),
    swap: swapValues(spec.layout, spec.values),
    has: (...capabilities: Capability[]) => capabilities.every((c) => set.has(c)),
  });
  checkOps(plugin);
  return plugin;
}
