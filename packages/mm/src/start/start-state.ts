/**
 * Start states: a race begins in the middle, so its setup claims that the kernel can get there. Here a protocol is run
 * from an empty address space, one operation after the other, and the states are compared.
 */
import type { ArchPlugin, Pfn } from '@racewalk/core';
import type { WordRole } from '@racewalk/core/step';
import {
  buildScenario,
  Device,
  describePte,
  entriesOf,
  entryFor,
  FrameFlag,
  initialMemory,
  Machine,
  runAlone,
  type Scenario,
  type World,
  walkEntry,
} from '@racewalk/machine';
import { linux } from '../linux.js';
import { planOf } from './plan.js';

/** What came of running the protocol. */
export interface StartState {
  /** The operations, in order; those of the same name in a row once. */
  readonly ops: readonly string[];
  /** Words in which the state of the race differs from the one the protocol leads to. */
  readonly differences: readonly string[];
  /** Why they may differ, if the race says so. */
  readonly assumes: string | null;
}

/** Words that a protocol makes; all others (contents, locks, the race's own) belong to the surroundings. */
const MADE: ReadonlySet<WordRole['is']> = new Set([
  'entry',
  'mapcount',
  'refcount',
  'folio-flags',
  'frame-flags',
  'device-entry',
  'counter',
]);

/** Frames that device-exclusive entries name, one for each entry. */
function keptFor(w: World, goal: Int32Array): Pfn[] {
  const { swap } = w.arch;
  return w.tables.flatMap((table) => {
    if (table.level !== undefined) return [];
    return table.entries.flatMap((ptep) => {
      const pte = w.entryIn((cell) => goal[cell] ?? 0, ptep);
      const entry = swap.isSwapPte(pte) ? swap.pteToSwpEntry(pte) : null;
      return entry !== null && swap.isDeviceExclusiveEntry(entry) ? [entry.offset] : [];
    });
  });
}

/** The empty state: nothing mapped, pages as the allocator gives them; references of others are kept. */
function emptyOf(w: World, goal: Int32Array): Int32Array {
  const memory = Int32Array.from(goal);
  const leaves = new Set(w.tables.map((t) => t.name));
  for (const [cell, { role }] of w.cells.cells.entries()) {
    if (role?.is === 'tlb') memory[cell] = 0;
    if (role === undefined || !MADE.has(role.is) || role.is === 'refcount') continue;
    if (role.is === 'entry' && !leaves.has(role.table)) continue;
    if (role.is === 'frame-flags') memory[cell] = (goal[cell] ?? 0) & FrameFlag.WRITTEN;
    else memory[cell] = 0;
  }
  // Each mapping holds a reference, and so does an entry that keeps a page for a device; what is left belongs to the
  // caches, to reclaim, to other holders of the page.
  for (const folio of linux(w).folios) {
    const kept = keptFor(w, goal).filter((pfn) => w.frames.at(pfn)?.folio === folio).length;
    memory[folio.refcount] = (goal[folio.refcount] ?? 0) - (goal[folio.mapcount] ?? 0) - kept;
  }
  return memory;
}

/** Sequence numbers mean nothing by themselves: readers compare two samples. */
const sequences = (w: World): Set<number> =>
  new Set([
    ...w.notifiers.flatMap((n) => (n instanceof Device ? [n.seq] : [])),
    ...w.mms.map((mm) => mm.writeProtectSeq),
  ]);

/**
 * Translations that a TLB of the race has at the start, and that neither the protocol has left there nor a walk finds in the
 * tables as they are then.
 */
function unreached(w: World, goal: Int32Array, memory: Int32Array): string[] {
  const [race, made] = [goal, memory].map((mem) => (cell: number) => mem[cell] ?? 0);
  if (race === undefined || made === undefined) return [];
  return w.vmas.flatMap((vma) =>
    w.tlbs.cpus.flatMap((cpu) =>
      Array.from({ length: vma.end - vma.start }, (_, i) => vma.start + i).flatMap((vpn) => {
        const left = w.tlbs.translations(made, cpu, vma.mm, vpn);
        const ptep = entryFor(w, { get: made, set: () => undefined }, vma, vpn);
        const found = walkEntry(w, ptep, w.entryIn(made, ptep), 'load');
        return w.tlbs
          .translations(race, cpu, vma.mm, vpn)
          .filter((pte) => !left.includes(pte) && !(found.ok && found.cached === pte))
          .map(
            (pte) => `tlb${cpu}:${ptep.name}: the race has ${describePte(w.arch, pte)}, the protocol has not`,
          );
      }),
    ),
  );
}

/** Runs the protocol that leads to the state before a race on an architecture, and compares. */
export function startState(scenario: Scenario, arch: ArchPlugin, params = scenario.params): StartState {
  const { world: w, agents } = buildScenario(scenario, arch, 'upstream', params);
  const goal = initialMemory(w.cells.cells);
  const get = (cell: number) => goal[cell] ?? 0;
  const ops = [...planOf(w, get), ...w.startOps];
  const cpu = agents.find((a) => a.spec.role === 'user')?.spec.cpu ?? 0;
  let memory = emptyOf(w, goal);
  const trouble: string[] = [];
  for (const op of ops) {
    try {
      const root = w.spaces.root(cpu);
      if (root >= 0 && op.mm !== undefined) memory[root] = w.spaces.withUser(w.spaces.rootOf(op.mm, 1), true);
      const m = new Machine(w, cpu, entriesOf(w), 'start');
      const run = runAlone(w.cells.cells, () => op.run(m), { memory });
      memory = run.memory;
      trouble.push(...run.faults.map((f) => `${op.name}: ${f.code}, ${f.message}`));
    } catch (error) {
      trouble.push(`${op.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const skip = sequences(w);
  const show = (cell: number, value: number) => w.cells.cells[cell]?.show?.(value) ?? String(value);
  for (const [cell, { name, role, ghost }] of w.cells.cells.entries()) {
    if (role === undefined || ghost === true || !MADE.has(role.is) || skip.has(cell)) continue;
    const mask = role.is === 'frame-flags' ? ~(FrameFlag.WRITTEN | FrameFlag.FREED) : -1;
    const [is, gets] = [get(cell) & mask, (memory[cell] ?? 0) & mask];
    if (is !== gets)
      trouble.push(`${name}: the race has ${show(cell, is)}, the protocol ${show(cell, gets)}`);
  }
  trouble.push(...unreached(w, goal, memory));
  const names = ops.map((op) => op.name).filter((name, i, all) => name !== all[i - 1]);
  const { assumes } = scenario;
  const said = typeof assumes === 'function' ? assumes(arch) : (assumes ?? null);
  return { ops: names, differences: trouble, assumes: said };
}
