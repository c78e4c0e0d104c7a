/**
 * A table above the leaf tables with an entry (or a block of entries) to operate on, and hardware that
 * walks through it between any two steps of the operation.
 */

import {
  type AccessKind,
  type ArchPlugin,
  addrOf,
  PMD_OPS,
  type PmdOps,
  type Ptep,
  type PteWord,
  ptepOf,
  pudName,
  type UpperLevel,
  type Vma,
  type WalkResult,
} from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, type Step } from '@racewalk/core/step';
import { Machine } from '../agent/machine.js';
import { entriesOf } from '../entries/halves.js';
import { walkEntry } from '../entries/leaf-walk.js';
import { MemoryView } from '../observers/view.js';
import { World } from '../world/world.js';
import { initialMemory, runAlone } from './alone.js';
import { hear } from './heard.js';
import { intrudeAt, notingPlaces } from './intrude.js';
import {
  type Bench,
  BLOCK,
  type Call,
  type Intruder,
  type MakeBench,
  type Trial,
  type TrialResult,
} from './trial.js';

/** The operations of a level under their names for the PMD, through the names that callers use. */
function opsOf(m: Machine, level: UpperLevel): PmdOps {
  if (level === 'pmd') return m.pmd;
  const pud = m.pud as unknown as Record<string, unknown>;
  return Object.fromEntries(PMD_OPS.map((name) => [name, pud[pudName(name)]])) as unknown as PmdOps;
}

/** The words of an entry: all that a walk through it touches. */
const cellsOf = (ptep: Ptep): Cell[] => [ptep.cell, ptep.high].filter((cell) => cell >= 0);

/** One table in one state; every run starts from it. */
class TableBench implements Bench {
  readonly #world: World;
  readonly #vma: Vma;
  readonly #targets: readonly Ptep[];
  readonly #neighbours: readonly Ptep[];
  readonly #memory: Int32Array;

  /** `before` stands in the middle, `neighbour` around it. More than one entry is a hugetlb page. */
  constructor(
    arch: ArchPlugin,
    readonly level: UpperLevel,
    readonly before: readonly PteWord[],
    neighbour: PteWord,
  ) {
    const n = before.length;
    const world = new World(arch, { block: BLOCK }, [1], n > 1 ? ['ENC', 'CONT'] : ['ENC']);
    // Entries of any kind, with frames that nobody made.
    const flags = { hugetlb: true, hugetlbEntries: n, pfnmap: true };
    const vma = world.vma({ pages: 3 * n, level, flags });
    const all = vma.table.entries;
    for (const [i, ptep] of all.entries()) world.setInitial(ptep, before[i - n] ?? neighbour);
    world.seal();
    this.#world = world;
    this.#vma = vma;
    this.#targets = all.slice(n, 2 * n);
    this.#neighbours = [...all.slice(0, n), ...all.slice(2 * n)];
    this.#memory = initialMemory(world.cells.cells);
    for (const cell of this.#tlb()) this.#memory[cell] = neighbour.id;
  }

  #tlb(): readonly Cell[] {
    return this.#targets.map((p) => this.#world.tlbs.word(1, this.#vma.mm, p.vpn));
  }

  /** One run from the state at the start. */
  run<T>(call: Call<T>, intruder?: Intruder): TrialResult<T> {
    const world = this.#world;
    const trial = this.#trial();
    const { m } = trial;
    const walked: { walk: WalkResult | null } = { walk: null };
    const target = this.#targets[intruder?.entry ?? 0] ?? trial.at;
    const intrude = () => {
      if (intruder === undefined || typeof intruder.does === 'string')
        return this.#hardware(target, intruder?.does === 'load' ? 'load' : 'store', walked);
      return m.entries.xchg(target, intruder.does, 'another CPU');
    };
    const body = () => (intruder === undefined ? call(trial) : intrudeAt(call(trial), intruder.at, intrude));
    const { value, memory, faults, steps } = runAlone(world.cells.cells, body, { memory: this.#memory });
    const read = (ptep: Ptep, mem: Int32Array) => world.entryIn((cell) => mem[cell] ?? 0, ptep);
    const [fault] = faults;
    const entries = this.#targets.map((p) => read(p, memory));
    hear(() => ({ before: this.before, after: entries, value, steps: steps.map(({ op }) => op.label) }));
    return {
      value,
      entries,
      neighboursKept: this.#neighbours.every((p) => read(p, memory) === read(p, this.#memory)),
      flushed: this.#tlb().every((cell) => memory[cell] === 0),
      fault: fault === undefined ? null : `${fault.code}: ${fault.message}`,
      walk: walked.walk,
    };
  }

  places(call: Call<unknown>, entries: readonly number[]): readonly number[] {
    const places: number[] = [];
    const trial = this.#trial();
    const cells = entries.flatMap((entry) => cellsOf(this.#targets[entry] ?? trial.at));
    const body = () => notingPlaces(call(trial), cells, places);
    runAlone(this.#world.cells.cells, body, { memory: this.#memory });
    return places;
  }

  #trial(): Trial & { readonly m: Machine } {
    const m = new Machine(this.#world, 0, entriesOf(this.#world));
    const at = this.#targets[0] ?? ptepOf(this.#vma, this.#vma.start);
    return { m, ops: opsOf(m, this.level), mm: this.#vma.mm, vma: this.#vma, addr: addrOf(at.vpn), at };
  }

  /** The hardware of another CPU walks through an entry, in one step. */
  *#hardware(ptep: Ptep, access: AccessKind, walked: { walk: WalkResult | null }): Step<void> {
    const view = new MemoryView();
    const run: AtomicBody = (mem, base) => {
      view.at(mem, base);
      const entry = this.#world.entryIn((cell) => view.get(cell), ptep);
      const walk = walkEntry(this.#world, ptep, entry, access);
      walked.walk = walk;
      if (!walk.ok) return 0;
      view.set(ptep.cell, ptep.high < 0 ? walk.entry.id : walk.entry.lo | 0);
      if (ptep.high >= 0) view.set(ptep.high, walk.entry.hi | 0);
      return 0;
    };
    yield* atomic(
      cellsOf(ptep),
      run,
      { text: `the hardware walks ${ptep.name} for a ${access}`, does: 'walk' },
      { locked: false },
    );
  }
}

/** Tables of one architecture, on a machine of their own. */
export const makeBench: MakeBench = (arch, { level, before, neighbour }) =>
  new TableBench(arch, level, before, neighbour);
