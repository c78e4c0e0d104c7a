/** Small programs with names, and all that their threads can see. */
import {
  type Cell,
  CellTable,
  type MemoryModelName,
  Order,
  type Program,
  type Step,
  xchg,
} from '@racewalk/core/step';
import { expect } from 'vitest';
import { explore } from '../src/explore.js';

export type Body = (x: Cell, y: Cell, see: (value: number) => Step<void>, l: Cell, m: Cell) => Step<void>;

/** All that the threads can see, as a list of what each `see` saw. */
export function outcomes(memory: MemoryModelName, ...bodies: readonly Body[]): string[] {
  const found = new Set<string>();
  const program = programOf(bodies, (seen) => void found.add(seen.join('')));
  const report = explore(program, { memory });
  expect(report.verdict).toBe('exhausted');
  expect(report.blocked).toBe(0);
  const states = new Set<string>();
  const again = programOf(bodies, (seen) => void states.add(seen.join('')));
  // Only `dpor` makes loads early, and the others say so.
  const inOrder = (end: ReadonlySet<string>, verdict: string): void => {
    if (verdict === 'exhausted') expect([...end].sort()).toEqual([...found].sort());
    else expect([...end].every((seen) => found.has(seen))).toBe(true);
    expect(verdict === 'exhausted' || memory === 'weak').toBe(true);
  };
  inOrder(states, explore(again, { memory, strategy: 'stateful' }).verdict);
  const third = new Set<string>();
  const once = programOf(bodies, (seen) => void third.add(seen.join('')));
  inOrder(third, explore(once, { memory, strategy: 'bfs' }).verdict);
  return [...found].sort();
}

export function programOf(bodies: readonly Body[], end: (seen: number[], fail: () => void) => void): Program {
  const table = new CellTable();
  const x = table.add({ name: 'x', initial: 0 });
  const y = table.add({ name: 'y', initial: 0 });
  const l = table.addLock('l');
  const seen: Cell[] = [];
  const slots = bodies.map((_, t) =>
    [0, 1, 2].map((i) => table.add({ name: `seen${t}.${i}`, initial: 9, ghost: true })),
  );
  for (const s of slots) seen.push(...s);
  const m = table.addLock('m');
  return {
    name: 'shape',
    cells: table.cells,
    memory: 'weak',
    locks: table.locks,
    threads: bodies.map((body, t) => ({
      name: `P${t}`,
      interruptible: true,
      body: () => {
        let next = 0;
        return body(x, y, (value) => xchgGhost(slots[t]![next++]!, value), l, m);
      },
    })),
    final: (mem, base, faults) =>
      end(
        seen.map((c) => mem[base + c]!).filter((v) => v !== 9),
        () => faults.fail('SEEN', 'the forbidden outcome'),
      ),
  };
}

/** What a thread saw is kept at once, and orders nothing. */
function* xchgGhost(cell: Cell, value: number): Step<void> {
  yield* xchg(cell, value, '', null, Order.RELAXED);
}
