/** Arrows between steps. Each is a field of the trace; none is guessed. */
import type { Trace } from '@racewalk/trace';

export type EdgeKind = 'reads' | 'drops' | 'buffer' | 'completes';

/** From a step to an earlier one. */
export interface Edge {
  readonly kind: EdgeKind;
  readonly from: number;
  readonly to: number;
  /** The word it is about. */
  readonly cell: string;
}

/** Words whose reads tell the story; locks and counters have bars and tables. */
const TOLD: ReadonlySet<string> = new Set([
  'entry',
  'tlb',
  'device-tlb',
  'device-entry',
  'walk-cache',
  'frame-flags',
  'folio-flags',
  'frame-data',
  'word',
]);

/** All arrows of a trace, by their later step. */
export function edgesOf(trace: Trace): Edge[] {
  const roles = new Map(
    trace.cells.map(({ name, role, ghost }) => [name, ghost === true ? 'ghost' : role.is]),
  );
  const edges: Edge[] = [];
  const add = (kind: EdgeKind, from: number, to: number | null | undefined, cell: string): void => {
    if (to === null || to === undefined || to === from) return;
    if (edges.some((e) => e.kind === kind && e.from === from && e.to === to)) return;
    edges.push({ kind, from, to, cell });
  };
  for (const { index, cells, drops = [], completes = [], of } of trace.events) {
    for (const { cell, filledBy } of drops) add('drops', index, filledBy, cell);
    for (const issued of completes) add('completes', index, issued, 'invalidation');
    add('buffer', index, of, trace.events[index]?.on[0] ?? '');
    for (const { cell, from } of cells) if (TOLD.has(roles.get(cell) ?? '')) add('reads', index, from, cell);
  }
  return edges;
}
