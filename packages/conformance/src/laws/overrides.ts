/**
 * The law of every operation on entries in memory: where no one races, the plug-in's operation leaves
 * the same logical entries as the generic body, returns the same, and flushes what the generic body flushes.
 */
import type { ArchPlugin, PteOpName } from '@racewalk/core';
import fc from 'fast-check';
import { opLawDetails, promiseOf } from '../explain/op-law.js';
import { difference } from './compare.js';
import { withCause } from './rests-on.js';
import { anyTable, BLOCK, PAGES, type TableSpec } from './table.js';
import { type Arguments, TRIALS, type Trial } from './trials.js';
import { type LawOptions, tryLaw } from './try.js';

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

/** Try one operation; throws with the smallest counterexample found. */
export function tryOverride(arch: ArchPlugin, op: PteOpName, options: LawOptions = {}): void {
  try {
    for (const trial of TRIALS[op]) tryTrial(arch, op, trial, options);
  } catch (error) {
    throw withCause(arch, options, error);
  }
}

function tryTrial(arch: ArchPlugin, op: PteOpName, trial: Trial, options: LawOptions): void {
  const { kernel, says } = promiseOf(op);
  const differs = (table: TableSpec, a: Arguments) =>
    difference(arch, op, trial, withHole(table, trial, a), a);
  tryLaw(
    fc.tuple(anyTable(trial.partial === true), anyArguments),
    ([table, a]) => {
      const found = differs(table, a);
      if (found === null) return null;
      return `${arch.id} ${op} (${kernel}) does not do what it promises: "${says}": ${found.says}`;
    },
    options,
    ([table, a]) => {
      const found = differs(table, a);
      return found === null ? [] : opLawDetails(arch, trial, a, found);
    },
  );
}
