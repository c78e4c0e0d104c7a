/**
 * Short-hand for writing traces by hand.
 */
import { TRACE_SCHEMA, type TraceAccess, type TraceEvent, type TraceV1 } from '../src/index.js';

/** `cell: before` or `cell: before => after`. */
export function access(spec: string): TraceAccess {
  const [cell = '', values = ''] = spec.split(/: (.*)/s);
  const [before = '', after = before] = values.split(' => ');
  return { cell, before, after };
}

/** One event without its index. */
export type Draft = Omit<TraceEvent, 'index' | 'result' | 'cells'> & {
  readonly cells: readonly string[];
  readonly result?: number;
};

/** An event: agent, kind, label, what came of it, and the cells as {@link access} reads them. */
export function ev(
  agent: number,
  kind: TraceEvent['kind'],
  label: string,
  text: string,
  ...cells: string[]
): Draft {
  return { agent, kind, label, text, cells };
}

/** A trace around some events; cells that nobody declared are added. */
export function makeTrace(drafts: readonly Draft[], rest: Partial<TraceV1> = {}): TraceV1 {
  const events = drafts.map(
    (d, index): TraceEvent => ({ result: 0, ...d, index, cells: d.cells.map(access) }),
  );
  const cells = new Map((rest.cells ?? []).map((cell) => [cell.name, cell]));
  for (const a of events.flatMap((e) => e.cells)) {
    if (!cells.has(a.cell)) cells.set(a.cell, { name: a.cell, initial: a.before });
  }
  for (const f of rest.final ?? []) {
    if (!cells.has(f.cell)) cells.set(f.cell, { name: f.cell, initial: f.text });
  }
  const ids = [...new Set(events.map((e) => e.agent))].sort((a, b) => a - b);
  return {
    schema: TRACE_SCHEMA,
    version: '0.1.0',
    test: 'toy/race',
    arch: 'toy',
    variant: 'upstream',
    memory: 'sc',
    params: {},
    fault: null,
    agents: ids.map((id) => ({ id, name: `t${id}`, title: `t${id} (cpu${id})`, cpu: id })),
    events,
    final: [],
    stats: { steps: events.length, preemptions: 0 },
    hints: [],
    ...rest,
    cells: [...cells.values()],
  };
}
