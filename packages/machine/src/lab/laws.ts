/**
 * Laws of operations on huge pages in memory. Each is tried alone, and with a hardware walk before each step
 * that touches what the walk touches: if that store succeeds, its dirty state must not be lost.
 */

import {
  type ArchPlugin,
  claims,
  type LawSample,
  PTE_ZERO,
  type PteWord,
  type UpperLevel,
  type ValueLaw,
  valid,
  type WalkResult,
} from '@racewalk/core';
import { makeBench } from './bench.js';
import { type Bench, BLOCK, type Call, type Subject, type TrialResult } from './trial.js';

/** The inputs of one trial: the entries before the call, and what lies around them. */
export interface Case {
  readonly arch: ArchPlugin;
  readonly level: UpperLevel;
  readonly before: readonly PteWord[];
  readonly neighbour: PteWord;
  readonly sample: LawSample;
  /** The table in that state. */
  readonly bench: Bench;
}

/** A case with its table. */
const caseOf = (inputs: Omit<Case, 'bench'>): Case => ({ ...inputs, bench: makeBench(inputs.arch, inputs) });

/** The same trial from other entries. */
export const startingFrom = (c: Case, before: readonly PteWord[]): Case => caseOf({ ...c, before });

type Judge = (c: Case) => string | null;

/** The sample as one leaf. */
const leafOf = ({ pmd: p, values: v }: ArchPlugin, pte: PteWord): PteWord => p.pmdMkhuge(v.pteMknoncont(pte));

/** The sample as the leaves of one contiguous block. */
function blockOf(arch: ArchPlugin, pte: PteWord): PteWord[] {
  const { pmd: p, values: v } = arch;
  const first = v.pteAdvancePfn(valid(v, pte), -(v.ptePfn(pte) % BLOCK));
  return Array.from({ length: BLOCK }, (_, i) => p.pmdMkhuge(v.pteMkcont(v.pteAdvancePfn(first, i))));
}

/** The law that `judge` holds for one leaf, and where there are such pages for a block of them. */
export const forLeaves =
  ({ level, blocks }: Subject, judge: Judge, usable = false): ValueLaw =>
  (arch, sample) => {
    const neighbour = leafOf(arch, valid(arch.values, sample.other));
    const one = leafOf(arch, usable ? valid(arch.values, sample.pte) : sample.pte);
    const found = judge(caseOf({ arch, level, sample, neighbour, before: [one] }));
    if (found !== null || blocks !== true || !arch.has('contPte') || arch.cont?.leaves === false)
      return found;
    const inBlock = judge(caseOf({ arch, level, sample, neighbour, before: blockOf(arch, sample.pte) }));
    return inBlock === null ? null : `${inBlock}, for a page of ${BLOCK} entries`;
  };

/** The law that `judge` holds where something that is no leaf stood. */
export const forEntry =
  ({ level }: Subject, before: (arch: ArchPlugin, sample: LawSample) => PteWord, judge: Judge): ValueLaw =>
  (arch, sample) =>
    judge(
      caseOf({
        arch,
        level,
        sample,

        neighbour: leafOf(arch, valid(arch.values, sample.other)),
        before: [before(arch, sample)],
      }),
    );

/** What every operation must satisfy. */
export const sound = (e: TrialResult<unknown>): string | null =>
  e.fault ?? claims(['other entries are left alone', e.neighboursKept]);

/** Try a call alone. */
export function alone<T>(c: Case, call: Call<T>, judge: (e: TrialResult<T>) => string | null): string | null {
  const e = c.bench.run(call);
  return sound(e) ?? judge(e);
}

/** Try a call with a walk before each of its steps that the walk concerns; `judge` sees those that went through. */
export function walked<T>(
  c: Case,
  call: Call<T>,
  judge: (
    e: TrialResult<T>,
    walk: WalkResult & { readonly ok: true },
    access: 'load' | 'store',
  ) => string | null,
): string | null {
  const { bench } = c;
  for (const entry of new Set([0, c.before.length - 1])) {
    const places = bench.places(call, [entry]);
    for (const access of ['store', 'load'] as const) {
      for (const at of places) {
        const e = bench.run(call, { at, entry, does: access });
        const found = sound(e) ?? (e.walk?.ok === true ? judge(e, e.walk, access) : null);
        if (found !== null) return `${found} (a walk for a ${access} before step ${at})`;
      }
    }
  }
  return null;
}

/** After a store has succeeded, it must still be remembered. */
export const dirtyKept = (c: Case, e: TrialResult<unknown>, ...others: readonly PteWord[]): string | null => {
  const { pmdDirty } = c.arch.pmd;
  return claims(['a store that went through is remembered', [...e.entries, ...others].some(pmdDirty)]);
};

/** The returned entry is the first of them, young and dirty if any of them is. */
export function said(c: Case, value: PteWord): string | null {
  const { pmd: p } = c.arch;
  const [first = PTE_ZERO] = c.before;
  if (c.before.length === 1) return claims(['it returns what stood there', value === first]);
  const plain = (pmd: PteWord) => p.pmdMkclean(p.pmdMkold(pmd));
  return claims(
    ['it returns what stood there', plain(value) === plain(first)],
    ['it returns young if any entry was', p.pmdYoung(value) === c.before.some(p.pmdYoung)],
    ['it returns dirty if any entry was', p.pmdDirty(value) === c.before.some(p.pmdDirty)],
  );
}

/** Each entry still maps what it mapped. */
export const framesKept = (c: Case, e: TrialResult<unknown>): boolean =>
  e.entries.every(
    (now, i) =>
      c.arch.pmd.pmdPfn(now) === c.arch.pmd.pmdPfn(c.before[i] ?? PTE_ZERO) && c.arch.pmd.pmdLeaf(now),
  );
