/**
 * Which rows of a counterexample matter most: the fault, the steps of its chain and those that the hints name, and what they depend on. Nothing is
 * left out silently: a printer that shows some rows says how to get all.
 */
import type { Row } from '../fold.js';
import type { Trace, TraceEvent } from '../schema.js';

/** Steps that the hints speak of, as indexes. */
function hinted({ hints }: Trace): number[] {
  return hints.flatMap((hint) => [...hint.matchAll(/\bsteps? (\d+)/g)].map(([, n]) => Number(n) - 1));
}

/** Steps that a step depends on: whose stores it read, and whose invalidations it completes. */
function causes({ cells, completes = [], of }: TraceEvent): number[] {
  const read = cells.flatMap(({ from }) => (typeof from === 'number' ? [from] : []));
  return [...read, ...completes, ...(of === undefined ? [] : [of])];
}

/** All steps that some steps depend on. */
function slice({ events }: Trace, from: readonly number[]): Set<number> {
  const found = new Set(from);
  for (const index of found) {
    const event = events[index];
    if (event !== undefined) for (const cause of causes(event)) found.add(cause);
  }
  return found;
}

/** Steps by which hardware or a user acts, and stores to tables. */
const ACTS: ReadonlySet<string> = new Set([
  'walk',
  'use',
  'store',
  'exchange',
  'update',
  'free',
  'issue',
  'invalidate',
  'copy',
  'notify',
]);
/** Steps of the model that no kernel and no CPU takes. */
const OURS: ReadonlySet<string> = new Set(['choose', 'observe', 'complete', 'wait']);

/** Rows in the order of their weight; those of the model alone are left out unless the fault is there. */
export function byWeight(trace: Trace, rows: readonly Row[]): Row[] {
  const named = new Set([...hinted(trace), ...(trace.causes?.chain ?? [])]);
  const at = trace.fault?.step;
  const roots = [...named, ...(typeof at === 'number' ? [at] : [])];
  const needed = slice(trace, roots.length > 0 ? roots : [trace.events.length - 1]);
  const inRow = (row: Row, steps: ReadonlySet<number>): boolean =>
    Array.from({ length: row.count }, (_, i) => row.first + i).some((step) => steps.has(step));
  const does = (row: Row, set: ReadonlySet<string>): boolean => row.lines.every((line) => set.has(line.does));
  const weight = (row: Row): number => {
    if (row.fault) return 0;
    if (does(row, OURS)) return Number.POSITIVE_INFINITY;
    if (inRow(row, named)) return 1;
    if (does(row, ACTS)) return inRow(row, needed) ? 2 : 3;
    return inRow(row, needed) ? 4 : 5;
  };
  const weighed = rows
    .map((row) => ({ row, weight: weight(row) }))
    .filter(({ weight: w }) => w < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.weight - b.weight || b.row.first - a.row.first);
  // One of each agent in turn: a race has two sides.
  const turns = new Map<string, number>();
  const ranked = weighed.map(({ row, weight: w }) => {
    const key = `${w} ${row.agent}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return { row, weight: w, turn };
  });
  return ranked.sort((a, b) => a.weight - b.weight || a.turn - b.turn).map(({ row }) => row);
}
