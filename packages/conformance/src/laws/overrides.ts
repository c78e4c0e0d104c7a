/**
 * The law of every operation on entries in memory: where no one races, the plug-in's operation leaves
 * the same logical entries as the generic body, and returns the same.
 */
import { type ArchPlugin, describePte, type PteOpName, type PteWord } from '@racewalk/core';
import { runAlone } from '@racewalk/core/step';
import fc from 'fast-check';
import {
  anyTable,
  BLOCK,
  buildTable,
  gathered,
  type LogicalEntry,
  logicalValue,
  PAGES,
  type TableSpec,
  type TableView,
  type TestWorld,
  viewTable,
} from './table.js';
import { type Arguments, TRIALS, type Trial } from './trials.js';
import { type LawOptions, tryLaw } from './try.js';

/** What a call came to: the value returned, the table left behind, invariants broken on the way. */
interface Effect {
  readonly value: unknown;
  readonly table: TableView;
  readonly faults: readonly string[];
}

function run(t: TestWorld, trial: Trial, a: Arguments): Effect {
  const result = runAlone(t.world.cells.cells, () => trial.call(t, a));
  const faults = result.faults.map((f) => `${f.code}: ${f.message}`);
  return { value: result.value, table: viewTable(t, result.memory), faults };
}

/** The same plug-in with generic bodies only. */
const genericOf = (arch: ArchPlugin): ArchPlugin => {
  const { ops: _, ...rest } = arch;
  return rest;
};

const isPte = (value: unknown): value is PteWord =>
  typeof value === 'object' && value !== null && 'lo' in value && 'hi' in value;

const text = (arch: ArchPlugin, e: LogicalEntry) =>
  `${describePte(arch, e.identity)}${e.young ? ' +young' : ''}${e.dirty ? ' +dirty' : ''}`;

const same = (a: LogicalEntry, b: LogicalEntry) =>
  a.identity === b.identity && a.young === b.young && a.dirty === b.dirty;

function differentValue(arch: ArchPlugin, mine: unknown, generic: unknown): string | null {
  if (isPte(mine) && isPte(generic)) {
    const [m, g] = [logicalValue(arch, mine), logicalValue(arch, generic)];
    return same(m, g) ? null : `returned ${text(arch, m)}, generic ${text(arch, g)}`;
  }
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

function differentTable(
  t: TestWorld,
  trial: Trial,
  a: Arguments,
  mine: TableView,
  generic: TableView,
): string | null {
  const last = a.at + (trial.batch ? a.nr : 1) - 1;
  const block = (i: number) => Math.floor(i / BLOCK);
  // Where the override leaves a block folded, its young and dirty are those of the block.
  const together = gathered(generic.entries);
  for (const [i, entry] of mine.entries.entries()) {
    const own = generic.entries[i];
    const all = together[i];
    if (own === undefined || all === undefined) continue;
    const outside = i < a.at || i > last;
    const near = t.arch.has('contPte') && outside && block(i) >= block(a.at) && block(i) <= block(last);
    const fits =
      flagsAllowed(trial, entry, own, near) ||
      (mine.folded[i] === true && flagsAllowed(trial, entry, all, near));
    if (entry.identity === own.identity && fits) continue;
    return `leaves ${t.at(i).name} = ${text(t.arch, entry)}, generic ${text(t.arch, own)}`;
  }
  return trial.partial ? null : mine.mixed;
}

/** How the plug-in's operation differs from the generic body for one table and one call, or null. */
export function difference(arch: ArchPlugin, trial: Trial, spec: TableSpec, a: Arguments): string | null {
  const t = buildTable(arch, spec, false, ['ENC']);
  const mine = run(t, trial, a);
  if (mine.faults.length > 0) return `breaks ${mine.faults[0]}`;
  const generic = run(buildTable(genericOf(arch), spec, true), trial, a);
  const value = (trial.sweep ? differentSweep : differentValue)(arch, mine.value, generic.value);
  return value ?? differentTable(t, trial, a, mine.table, generic.table);
}

/** Arguments whose range stays within one folio. */
const anyArguments: fc.Arbitrary<Arguments> = fc
  .record({
    at: fc.nat(PAGES - 1),
    nr: fc.integer({ min: 1, max: 2 * BLOCK }),
    flag: fc.boolean(),
    write: fc.boolean(),
    dirty: fc.boolean(),
    young: fc.boolean(),
  })
  .map((a) => ({ ...a, nr: Math.min(a.nr, (a.at < 2 * BLOCK ? 2 * BLOCK : PAGES) - a.at) }));

function withHole(spec: TableSpec, trial: Trial, a: Arguments): TableSpec {
  if (trial.before === 'present') return spec;
  return { ...spec, hole: { from: a.at, nr: trial.batch ? a.nr : 1, holds: trial.before } };
}

const call = (a: Arguments) =>
  `entry ${a.at}, nr ${a.nr}, flag ${a.flag}, write ${a.write}, dirty ${a.dirty}, young ${a.young}`;

/** Try one operation; throws with the smallest counterexample found. */
export function tryOverride(arch: ArchPlugin, op: PteOpName, options: LawOptions = {}): void {
  for (const trial of TRIALS[op]) {
    tryLaw(
      fc.tuple(anyTable(trial.partial === true), anyArguments),
      ([table, a]) => {
        const found = difference(arch, trial, withHole(table, trial, a), a);
        return found === null ? null : `${arch.id} ${op}: ${found}; ${call(a)}`;
      },
      options,
    );
  }
}
