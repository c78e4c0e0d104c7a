/** How an operation of a plug-in differs from the generic body. */

import type { ArchPlugin, Capability, PteOpName, PteWord } from '@racewalk/core';
import { describePte } from '@racewalk/machine';
import { isPte } from '../explain/is-pte.js';
import { type Effect, effectOf, genericEffectOf } from './effect.js';
import { BLOCK, gathered, type LogicalEntry, logicalValue, type TableSpec } from './table.js';
import type { Arguments, Trial } from './trials.js';
import { strayEntry } from './uniform.js';

/** A difference between an operation and its generic body. */
export interface Difference {
  /** What differs, in words. */
  readonly says: string;
  /** Index of the entry in which it shows, if it is one. */
  readonly index: number | null;
  /** The capability that is not kept, if it is about one. */
  readonly claim?: Capability;
  /** What to do, where that is plain. */
  readonly remedy?: string;
  readonly mine: Effect;
  readonly generic: Effect;
}

const text = (arch: ArchPlugin, e: LogicalEntry) =>
  `${describePte(arch, e.identity)}${e.young ? ' +young' : ''}${e.dirty ? ' +dirty' : ''}`;

const same = (a: LogicalEntry, b: LogicalEntry) =>
  a.identity === b.identity && a.young === b.young && a.dirty === b.dirty;

/** Operations that may say they changed something where the generic body says no. */
const MAY_CHANGE: Readonly<Partial<Record<PteOpName, (arch: ArchPlugin) => boolean>>> = {
  // What a block as a whole has, an entry of it may lack, and a device may walk each entry by itself.
  ptepSetAccessFlags: (arch) => arch.has('contPte'),
};

function differentValue(arch: ArchPlugin, mine: unknown, generic: unknown, op: PteOpName): string | null {
  if (isPte(mine) && isPte(generic)) {
    const [m, g] = [logicalValue(arch, mine), logicalValue(arch, generic)];
    return same(m, g) ? null : `returned ${text(arch, m)}, generic ${text(arch, g)}`;
  }
  if (mine === true && generic === false && MAY_CHANGE[op]?.(arch) === true) return null;
  return mine === generic ? null : `returned ${String(mine)}, generic ${String(generic)}`;
}

/** Of a sweep, what counts is that young and dirty of the table are returned by somebody. */
function differentSweep(arch: ArchPlugin, mine: unknown, generic: unknown): string | null {
  const said = (value: unknown) => {
    const ptes = Array.isArray(value) ? value.filter(isPte) : [];
    return [ptes.some(arch.values.pteYoung), ptes.some(arch.values.pteDirty)].join();
  };
  const [m, g] = [said(mine), said(generic)];
  return m === g ? null : `the returned entries say young,dirty = ${m}, generic ${g}`;
}

/** Whether young and dirty of one entry are what they may be; `near`: outside the range, in its blocks. */
function flagsAllowed(trial: Trial, mine: LogicalEntry, generic: LogicalEntry, near: boolean): boolean {
  const rule = near ? (trial.neighbours ?? {}) : {};
  const young = rule.young === 'any' || mine.young === generic.young;
  const dirty = rule.dirty === 'any' || (rule.dirty === 'more' && mine.dirty) || mine.dirty === generic.dirty;
  return young && dirty;
}

type Found = Pick<Difference, 'says' | 'index' | 'remedy'>;

function differentTable(trial: Trial, a: Arguments, mine: Effect, generic: Effect): Found | null {
  const t = mine.world;
  const last = a.at + (trial.batch ? a.nr : 1) - 1;
  const block = (i: number) => Math.floor(i / BLOCK);
  // Where the override leaves a block folded, its young and dirty are those of the block.
  const together = gathered(generic.table.entries);
  for (const [i, entry] of mine.table.entries.entries()) {
    const own = generic.table.entries[i];
    const all = together[i];
    if (own === undefined || all === undefined) continue;
    const outside = i < a.at || i > last;
    const near = t.arch.has('contPte') && outside && block(i) >= block(a.at) && block(i) <= block(last);
    const fits =
      flagsAllowed(trial, entry, own, near) ||
      (mine.table.folded[i] === true && flagsAllowed(trial, entry, all, near));
    if (entry.identity === own.identity && fits) continue;
    return {
      says: `leaves ${t.at(i).name} = ${text(t.arch, entry)}, generic ${text(t.arch, own)}`,
      index: i,
    };
  }
  return trial.partial || mine.table.mixed === null ? null : { says: mine.table.mixed, index: a.at };
}

/** Operations whose generic body flushes although some architectures need not, and which these are. */
const MAY_KEEP: Readonly<Partial<Record<PteOpName, (arch: ArchPlugin) => boolean>>> = {
  // A translation that is younger than it ought to be costs a wrong guess of reclaim, no more.
  ptepClearFlushYoung: () => true,
  // A stale refusal faults once, and the fault itself drops it.
  ptepSetAccessFlags: (arch) => arch.has('faultDropsTlb'),
};

function differentTlb(op: PteOpName, { mine, generic }: Pick<Difference, 'mine' | 'generic'>): Found | null {
  const t = mine.world;
  if (MAY_KEEP[op]?.(t.arch) === true) return null;
  const valid = (pte: PteWord | undefined) => pte !== undefined && t.arch.values.pteValid(pte);
  const index = mine.cached.findIndex(
    (kept, i) => kept && generic.cached[i] === false && valid(mine.before[i]),
  );
  if (index < 0) return null;
  const says = `leaves the old translation of ${t.at(index).name} in the TLB, which the generic body drops by a flush`;
  const heals =
    op === 'ptepSetAccessFlags'
      ? '; or claim faultDropsTlb, if a fault drops the translation it came from'
      : '';
  return { says, index, remedy: `end with m.tlb.flushTlbPage(vma, addr)${heals}` };
}

const UNFOLD =
  'change all entries of a block alike, or unfold it first: clear all of them, flush, set them without the mark';

/** How the plug-in's operation differs from the generic body for one table and one call, or null. */
export function difference(
  arch: ArchPlugin,
  op: PteOpName,
  trial: Trial,
  spec: TableSpec,
  a: Arguments,
): Difference | null {
  const mine = effectOf(arch, trial, spec, a);
  const both = { mine, generic: genericEffectOf(arch, trial, spec, a) };
  const [fault] = mine.faults;
  if (fault !== undefined) {
    return { says: `breaks ${fault.code}: ${fault.message}`, index: a.at, ...both };
  }
  const value = (trial.sweep ? differentSweep : differentValue)(arch, mine.value, both.generic.value, op);
  if (value !== null) return { says: value, index: trial.sweep ? null : a.at, ...both };
  const stray = strayEntry(arch, mine.after);
  if (stray !== null) return { ...stray, claim: 'contPte', remedy: UNFOLD, ...both };
  const found = differentTable(trial, a, mine, both.generic) ?? differentTlb(op, both);
  return found === null ? null : { ...found, ...both };
}
