/**
 * The suite: everything a plug-in has to pass, under any test runner.
 */
import type { ArchPlugin, PteOpName } from '@racewalk/core';
import type { Scenario } from '@racewalk/machine';
import { omissionProblems } from '../explain/omissions.js';
import { CONTRACT } from '../laws/contract.js';
import { tryOverride } from '../laws/overrides.js';
import type { LawOptions } from '../laws/try.js';
import { lawSkip, tryValueLaw } from '../laws/values.js';
import { plan } from '../matrix/plan/plan.js';
import type { CellOptions } from '../matrix/run/options.js';
import { claimFault } from './claims.js';
import { checkFactory, pluginFault } from './factory.js';
import { flushProblems } from './flushes.js';
import { CHECKED_CAPABILITIES } from './manifest.js';
import { assertCell } from './races.js';
import type { TestRunner } from './runner.js';

/** What {@link conformance} is given. */
export interface ConformanceOptions {
  readonly runner: TestRunner;
  /** The plug-in, or a function that makes it. */
  readonly plugin: ArchPlugin | (() => ArchPlugin);
  /**
   * Race tests to run. `null` says that they run elsewhere, for instance by `racewalk conformance`, and that only the plug-in
   * itself is tested here. Without the field, and with an empty list, the suite fails: one that runs no race must not be green.
   */
  readonly scenarios?: readonly Scenario[] | null;
  /** How laws are tried. */
  readonly laws?: LawOptions;
  /** How cells are run. */
  readonly cells?: CellOptions;
}

/** What to do about a suite without races. */
const WHERE_RACES_ARE =
  'hand in scenarios it can run: the lists that the packages @racewalk/feature-* export (accessFlagRaces, zapRaces …); or scenarios: null, if they run elsewhere';

/** Register a test that is not run, with its reason. */
function skip(runner: TestRunner, title: string, reason: string): void {
  const text = `${title} (skipped: ${reason})`;
  if (runner.skip === undefined) runner.it(text, () => undefined);
  else runner.skip(text, reason);
}

/**
 * Register the suite for one plug-in: its factory, its manifest, the laws of the contract, and the race
 * tests with their mutants. Every skipped test says why.
 *
 * @returns how many tests were registered, and how many of them are skipped
 */
export function conformance(options: ConformanceOptions): {
  readonly tests: number;
  readonly skipped: number;
} {
  const { plugin, scenarios } = options;
  const make = typeof plugin === 'function' ? plugin : () => plugin;
  const arch = make();
  const count = { tests: 0, skipped: 0 };
  const runner: Required<TestRunner> = {
    describe: (title, body) => options.runner.describe(title, body),
    it(title, body) {
      count.tests++;
      options.runner.it(title, body);
    },
    skip(title, reason) {
      count.tests++;
      count.skipped++;
      skip(options.runner, title, reason);
    },
  };
  runner.describe(`${arch.id} conformance`, () => {
    runner.describe('factory', () => {
      runner.it('two worlds of one plug-in share nothing', () => checkFactory(make));
    });
    runner.describe('manifest', () => {
      manifestTests(runner, arch);
      flushTest(runner, arch);
      omitsTest(runner, arch);
    });
    runner.describe('laws', () => lawTests(runner, arch, options.laws ?? {}));
    if (scenarios === null) return;
    runner.describe('races', () => raceTests(runner, arch, scenarios ?? [], options.cells ?? {}));
  });
  return count;
}

function manifestTests(runner: Required<TestRunner>, arch: ArchPlugin): void {
  for (const capability of CHECKED_CAPABILITIES) {
    runner.it(`${arch.has(capability) ? 'has' : 'does not have'} ${capability}`, () => {
      const found = claimFault(arch, capability);
      if (found !== null) throw pluginFault(arch, found);
    });
  }
}

function flushTest(runner: Required<TestRunner>, arch: ArchPlugin): void {
  runner.it('every flush reaches every CPU', () => {
    const problems = flushProblems(arch);
    if (problems.length === 0) return;
    const hint =
      'let `flushTargets`, and the `tlb` of the plug-in if it has one, reach every CPU on which the address space may be loaded, the own one included';
    throw pluginFault(arch, `${problems.join('\n')}\n  what to do: ${hint}`, hint);
  });
}

function omitsTest(runner: Required<TestRunner>, arch: ArchPlugin): void {
  runner.it('says what it leaves out', () => {
    const problems = omissionProblems(arch);
    if (problems.length === 0) return;
    const hint =
      'name in `omits` what the real hardware does and this plug-in does not; every report prints it';
    throw pluginFault(arch, `${problems.join('\n')}\n  what to do: ${hint}`, hint);
  });
}

function lawTests(runner: Required<TestRunner>, arch: ArchPlugin, options: LawOptions): void {
  for (const row of CONTRACT) {
    const title = `${row.level} ${row.kernel}: ${row.says}`;
    const reason = lawSkip(arch, row);
    if (reason !== null) runner.skip(title, reason);
    else if (row.law === 'generic') {
      runner.it(`${title} (as the generic body)`, () => tryOverride(arch, row.op as PteOpName, options));
    } else runner.it(title, () => tryValueLaw(arch, row, options));
  }
}

function raceTests(
  runner: Required<TestRunner>,
  arch: ArchPlugin,
  scenarios: readonly Scenario[],
  options: CellOptions,
): void {
  const { cells } = plan([arch], scenarios);
  if (!cells.some((cell) => cell.expected !== 'not-applicable')) {
    // A suite that runs nothing must not be green.
    runner.it('at least one race test applies', () => {
      throw pluginFault(arch, 'no race test applies to it', WHERE_RACES_ARE);
    });
  }
  for (const cell of cells) {
    const title = `${cell.test} ${cell.variant}: ${cell.expected}`;
    if (cell.expected === 'not-applicable') runner.skip(title, cell.reason ?? 'not applicable');
    else {
      runner.it(title, async () => {
        await assertCell(cell, options);
      });
    }
  }
}
