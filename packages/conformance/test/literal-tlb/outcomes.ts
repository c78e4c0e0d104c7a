import { type InvariantCode, pteById } from '@racewalk/core';
import type { Cell, Word } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import { buildScenario, describePte, FrameFlag } from '@racewalk/machine';
import { PageFlag } from '@racewalk/mm';
import { toyArch } from '@racewalk/toys';
import { type Case, type Form, race } from './races.js';

const arch = toyArch();

/** How one invariant is decided. */
export function verdict(it: Case, form: Form, code: InvariantCode): string {
  const { program } = buildScenario(race(it, form, [code]), arch);
  const report = explore(program, { strategy: 'stateful', checkDeterminism: false });
  return report.verdict === 'counterexample' ? report.counterexample.code : report.verdict;
}

/** The ends of all executions, and how many of them there are. */
export interface Outcomes {
  /** All that is in memory, but for TLBs and invalidations on their way. */
  readonly exact: ReadonlySet<string>;
  /** The same, but for what harms nobody: access flags, and dirty state of a page that was not stored to. */
  readonly ends: ReadonlySet<string>;
  readonly executions: number;
  readonly blocked: number;
}

/** Run all of it. */
export function outcomes(it: Case, form: Form): Outcomes {
  const { program, world } = buildScenario(race(it, form, ['DIRTY']), arch);
  const { values: v } = arch;
  const entries = new Set(world.tables.flatMap((t) => t.entries.map((p) => p.cell)));
  const frames = new Set(world.frames.all.map((frame) => frame.cell));
  const machinery = new Set(world.tlbs.all());
  const exact = new Set<string>();
  const ends = new Set<string>();
  const nameOf = (mem: Int32Array, base: number, harmless: boolean): string => {
    const words: string[] = [];
    const at = (cell: Cell): Word => mem[base + cell] ?? 0;
    const clean = (cell: Cell): boolean => harmless && (at(cell) & FrameFlag.WRITTEN) === 0;
    for (const [cell, info] of program.cells.entries()) {
      if (info.ghost || machinery.has(cell) || info.name.startsWith('tlbi ')) continue;
      let value = String(at(cell));
      if (frames.has(cell) && clean(cell)) value = String(at(cell) & ~PageFlag.DIRTY);
      if (entries.has(cell)) {
        let pte = pteById(at(cell));
        const frame = v.ptePresent(pte) ? world.frames.at(v.ptePfn(pte)) : undefined;
        if (harmless && frame !== undefined) pte = v.pteMkold(clean(frame.cell) ? v.pteMkclean(pte) : pte);
        value = describePte(arch, pte);
      }
      words.push(`${info.name}: ${value}`);
    }
    return words.join('; ');
  };
  const { verdict, executions, blocked } = explore(
    {
      ...program,
      final: (mem, base) => {
        exact.add(nameOf(mem, base, false));
        ends.add(nameOf(mem, base, true));
      },
    },
    { stopAtFirst: false, checkDeterminism: false },
  );
  if (verdict !== 'exhausted') throw new Error(verdict);
  return { exact, ends, executions, blocked };
}
