/** One call of an operation on a table, alone: what it returns, and what it leaves behind. */

import { type ArchPlugin, type InvariantCode, type PteWord, ptepOf } from '@racewalk/core';
import { initialMemory, runAlone } from '@racewalk/machine';

import { buildTable, PAGES, type TableSpec, type TableView, type TestWorld, viewTable } from './table.js';
import type { Arguments, Trial } from './trials.js';

/** What a plug-in says of entries is watched: of one alone, and of one that comes after another. */
const watchedIn = ({ overLive }: ArchPlugin): readonly InvariantCode[] =>
  overLive === undefined ? ['ENC'] : ['ENC', 'CONT'];

/** What a call came to. */
export interface Effect {
  readonly world: TestWorld;
  readonly value: unknown;
  readonly table: TableView;
  /** The entries as they are, before and after. */
  readonly before: readonly PteWord[];
  readonly after: readonly PteWord[];
  /** For each page, whether the TLB still translates it; it translated every valid entry before. */
  readonly cached: readonly boolean[];
  /** Invariants broken on the way. */
  readonly faults: readonly { readonly code: string; readonly message: string }[];
  /** Labels of its steps. */
  readonly steps: readonly string[];
}

function run(t: TestWorld, trial: Trial, a: Arguments): Effect {
  const { world, vma } = t;
  const { cells } = world.cells;
  const pages = Array.from({ length: PAGES }, (_, i) => ptepOf(vma, vma.start + i));
  const entries = (mem: Int32Array) => pages.map((ptep) => world.entryIn((cell) => mem[cell] ?? 0, ptep));
  const memory = initialMemory(cells);
  const before = entries(memory);
  const tlb = pages.map(({ vpn }) => world.tlbs.word(0, vma.mm, vpn));
  for (const [i, pte] of before.entries()) {
    const cell = tlb[i] ?? -1;
    if (cell >= 0 && t.arch.values.pteValid(pte)) memory[cell] = pte.id;
  }
  const result = runAlone(cells, () => trial.call(t, a), { memory });
  return {
    world: t,
    value: result.value,
    table: viewTable(t, result.memory),
    before,
    after: entries(result.memory),
    cached: tlb.map((cell) => (result.memory[cell] ?? 0) !== 0),
    faults: result.faults,
    steps: result.steps.map(({ op }) => op.label),
  };
}

/** The same plug-in with generic bodies only. */
const genericOf = (arch: ArchPlugin): ArchPlugin => {
  const { ops: _, ...rest } = arch;
  return rest;
};

/** The call as the plug-in does it. */
export const effectOf = (arch: ArchPlugin, trial: Trial, spec: TableSpec, a: Arguments): Effect =>
  run(buildTable(arch, spec, false, watchedIn(arch)), trial, a);

/** The same call by the generic body, on a table that holds what the entries mean. */
export const genericEffectOf = (arch: ArchPlugin, trial: Trial, spec: TableSpec, a: Arguments): Effect =>
  run(buildTable(genericOf(arch), spec, true), trial, a);
