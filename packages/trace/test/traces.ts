/**
 * Traces written by hand, for the tests of printers and hints.
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

const CLEAN = 'valid young clean cont pfn 0x40';
const DIRTY = 'valid young dirty cont pfn 0x40';

const each = (n: number, make: (i: number) => Draft): Draft[] => Array.from({ length: n }, (_, i) => make(i));

/** The race argued in the ptep_get_and_clear_full thread: gather first, clear later. */
export const teardown: TraceV1 = makeTrace(
  [
    ev(0, 'lock', 'lock ptl', '', 'ptl: 0 => 1'),
    ...each(4, (i) => ev(0, 'read', `ptepGet pte[${i}]`, '→ clean', `pte[${i}]: ${CLEAN}`)),
    ev(1, 'atomic', 'store page 1', '', 'frame[1]: v0 => v1', 'seen: none => 1'),
    ev(2, 'cmpxchg', 'walk pte[1] for store', 'clean → dirty (HW, atomic)', `pte[1]: ${CLEAN} => ${DIRTY}`),
    ...each(4, (i) =>
      ev(0, 'write', `ptepClear pte[${i}]`, '', `pte[${i}]: ${i === 1 ? DIRTY : CLEAN} => none`),
    ),
    ev(0, 'atomic', 'flushTlbRange cpu1', 'TLB(cpu1) dropped', `tlb1[1]: ${DIRTY} => none`),
    ev(0, 'unlock', 'unlock ptl', '', 'ptl: 1 => 0'),
  ],
  {
    test: 'contpte/teardown-vs-walker',
    title: 'process teardown of a folded block against a hardware writer',
    source: 'ptep_get_and_clear_full thread, Nov 2023 (seed 000)',
    arch: 'arm64-contpte',
    variant: 'mutant:gather-then-clear',
    params: { n: 4, writers: 1 },
    fault: { code: 'DIRTY', message: 'a store reached frame 0x41 and nothing remembers it', step: 11 },
    agents: [
      { id: 0, name: 'zap', title: 'zap (cpu0, holds ptl)', cpu: 0, role: 'kernel' },
      { id: 1, name: 'user', title: 'user (cpu1)', cpu: 1, role: 'user' },
      { id: 2, name: 'walker', title: 'walker (cpu1)', cpu: 1, role: 'walker' },
    ],
    cells: [
      { name: 'ptl', initial: '0' },
      ...[0, 1, 2, 3].map((i) => ({ name: `pte[${i}]`, initial: CLEAN })),
      { name: 'frame[1]', initial: 'v0' },
      { name: 'folio', initial: 'clean' },
      { name: 'seen', initial: 'none', ghost: true },
    ],
    final: [
      { cell: 'ptl', text: '0' },
      { cell: 'folio', text: 'clean' },
      ...[0, 1, 2, 3].map((i) => ({ cell: `pte[${i}]`, text: 'none' })),
      { cell: 'frame[1]', text: 'written' },
      { cell: 'seen', text: '1' },
    ],
    stats: { executions: 7, shrunkFrom: 19, steps: 13, preemptions: 2 },
    hints: ['the same race holds on x86-64 and sw-dirty'],
    token: 'rw1:AQVkZW1vAAAA',
    omits: ['speculative access flag updates'],
  },
);
