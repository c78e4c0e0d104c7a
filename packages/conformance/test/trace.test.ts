/** What a recorded trace says besides its texts: values, who read from whom, what an invalidation removed. */

import type { Vma } from '@racewalk/core';
import { fence, type MemoryModelName, OpKind, read, type Step, write } from '@racewalk/core/step';
import { replay, type StepRecord } from '@racewalk/explorer';
import { buildScenario, defineBareScenario, type Machine, type Scenario, UserCpu } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { toyArch } from '@racewalk/toys';
import { parseTrace, type Trace, type TraceEvent } from '@racewalk/trace';
import { describe, expect, it } from 'vitest';
import { type MatrixCell, plan, runCell } from '../src/matrix/index.js';
import { traceOf } from '../src/matrix/replay/record.js';
import { SourceTracker } from '../src/matrix/replay/trace-sources.js';
import { zapVsStore } from './toy-races.js';

/** These races have nothing to break. */
const NONE = { none: { what: '', breaks: 'LIVE', why: '', agents: {} } } as const;

const ZERO = '0x0000000000000000';

/** One schedule of a race on the toy, by numbers of threads (and of their store buffers, behind them). */
function recorded(scenario: Scenario, path: readonly number[], memory: MemoryModelName = 'sc'): Trace {
  const built = buildScenario(scenario, toyArch());
  const recording = replay(built.program, path, { memory });
  expect(recording.divergence).toBeUndefined();
  return traceOf({ scenario, built, variant: 'upstream', memory, path, recording });
}

async function counterexample(variant: string): Promise<Trace> {
  const [cell] = plan([toyArch()], [zapVsStore], { archs: ['toy'], variant }).cells;
  const { trace } = await runCell(cell as MatrixCell);
  if (trace === undefined) throw new Error(`${variant} holds`);
  return trace;
}

const the = (trace: Trace, does: TraceEvent['does']): TraceEvent => {
  const found = trace.events.find((event) => event.does === does);
  if (found === undefined) throw new Error(`nobody does ${does}`);
  return found;
};

const accessTo = (event: TraceEvent, name: string) => event.cells.find(({ cell }) => cell === name);

describe('a recorded trace', () => {
  it('is read back as it is, and has no interned id in it', async () => {
    const trace = await counterexample('mutant:read-then-clear');
    expect(parseTrace(JSON.parse(JSON.stringify(trace)))).toEqual(trace);
    for (const { cell, was, now } of trace.events.flatMap((event) => event.cells)) {
      const role = trace.cells.find(({ name }) => name === cell)?.role.is;
      if (role === 'entry' || role === 'tlb')
        expect(`${was} ${now}`).toMatch(/^0x[0-9a-f]{16} 0x[0-9a-f]{16}$/);
    }
  });

  it('has the 64 bits of an entry before and after, and the fields that changed', async () => {
    const trace = await counterexample('mutant:read-then-clear');
    const [entry] = the(trace, 'walk').entries ?? [];
    expect(entry).toMatchObject({ table: 'pte', index: 0, level: 'pte' });
    expect(entry?.fields).toEqual([{ name: 'D', before: 0, after: 1 }]);
    const field = trace.layout.find(({ name }) => name === 'D');
    const bit = 1n << BigInt(field?.lo ?? 64);
    expect(BigInt(entry?.after ?? 0) ^ BigInt(entry?.before ?? 0)).toBe(bit);
    expect(trace.words[entry?.after ?? '']).toMatchObject({
      live: true,
      pfn: 0x40,
      facts: ['rw', 'dirty', 'young'],
    });
    expect(trace.words[ZERO]).toEqual({ text: 'none', live: false, facts: [] });
  });

  it('lists an entry where it changes, and not where it is only read whole', async () => {
    const trace = await counterexample('mutant:read-then-clear');
    const entries = new Set(trace.cells.flatMap(({ name, role }) => (role.is === 'entry' ? [name] : [])));
    const touching = trace.events.filter(({ cells }) => cells.some(({ cell }) => entries.has(cell)));
    const reads = touching.filter(({ cells }) => cells.every(({ was, now }) => was === now));
    expect(reads.length).toBeGreaterThan(0);
    for (const { entries: listed } of reads) expect(listed ?? []).toEqual([]);
    for (const { entries: listed, cells } of touching) {
      const changed = cells.filter(({ cell, was, now }) => entries.has(cell) && was !== now);
      expect(listed ?? []).toHaveLength(changed.length);
    }
  });

  it('says whose store was read', async () => {
    const trace = await counterexample('mutant:read-then-clear');
    const [walk, use] = [the(trace, 'walk'), the(trace, 'use')];
    expect(accessTo(walk, 'pte[0]')?.from).toBeNull();
    // A walk fills its TLB word without a look at it; the use reads what the walk left there.
    expect(accessTo(walk, 'tlb1:pte[0]')).not.toHaveProperty('from');
    expect(accessTo(use, 'tlb1:pte[0]')?.from).toBe(walk.index);
    const store = trace.events.find(({ does, on }) => does === 'store' && on.includes('pte[0]'));
    expect(accessTo(store!, 'pte[0]')).not.toHaveProperty('from');
  });

  it('says what an invalidation removed, and what a barrier completed', async () => {
    const trace = await counterexample('mutant:read-then-clear');
    const [issue, barrier, walk] = [the(trace, 'issue'), the(trace, 'barrier'), the(trace, 'walk')];
    expect(issue).toMatchObject({ op: 'tlbi', cells: [], on: ['tlb0:pte[0]', 'tlb1:pte[0]'] });
    expect(issue).not.toHaveProperty('drops');
    expect(barrier.completes).toEqual([issue.index]);
    const filled = accessTo(walk, 'tlb1:pte[0]')?.now;
    expect(barrier.drops).toEqual([{ cell: 'tlb1:pte[0]', was: filled, filledBy: walk.index }]);
  });

  it('gives hints from that alone', async () => {
    const trace = await counterexample('mutant:read-then-clear');
    expect(trace.hints[0]).toMatch(
      /read pte\[0\] as clean.* with a plain store.* the hardware \(user\) made it dirty$/,
    );
    const unflushed = await counterexample('mutant:no-flush');
    expect(unflushed.hints.join('\n')).toMatch(/no flush between step \d+ \(zap\), which changed pte\[0\]/);
  });
});

/** Two words; each agent stores to one, reads both, and waits for its store. */
const buffers = defineBareScenario<readonly [number, number]>({
  id: 'toy/buffers',
  title: 'Store buffers',
  source: 'the suite itself',
  about: '',
  invariants: [],
  params: {},
  setup: (w) => [w.word('x'), w.word('y')] as const,
  agents: {
    one: {
      cpu: 0,
      role: 'kernel',
      *run(_m, [x]) {
        yield* write(x, 1, 'x = 1');
        yield* read(x, 'own x');
        yield* fence('mb');
      },
    },
    two: {
      cpu: 1,
      role: 'kernel',
      *run(_m, [x]) {
        yield* read(x, 'their x');
        yield* read(x, 'their x');
      },
    },
  },
  mutants: NONE,
});

describe('through a store buffer', () => {
  it('a read names the own store, or the flush that brought another to memory', () => {
    // one: store, own read; two: read; the buffer of one; two: read; one: fence.
    const { events } = recorded(buffers, [0, 0, 1, 2, 1, 0], 'tso');
    expect(events.map(({ kind }) => kind)).toEqual(['write', 'read', 'read', 'flush', 'read', 'fence']);
    const [store, own, early, flush, late] = events;
    expect(store?.cells[0]).toMatchObject({ was: 0, now: 0 });
    expect(own?.cells[0]).toMatchObject({ was: 0, from: 0, seen: 1 });
    expect(early?.cells[0]).toMatchObject({ was: 0, from: null });
    expect(flush).toMatchObject({ flusher: true, of: 0, does: 'store' });
    expect(flush?.cells[0]).toMatchObject({ was: 0, now: 1 });
    expect(late?.cells[0]).toMatchObject({ was: 1, from: 3 });
  });
});

describe('through a store buffer that keeps no order between words', () => {
  it('what leaves is the store that was made, whichever it is', () => {
    const tracker = new SourceTracker(true, () => ({ is: 'word' }));
    const step = (index: number, cell: number, flusher: boolean): StepRecord =>
      ({
        index,
        thread: 0,
        flusher,
        kind: OpKind.WRITE,
        cells: [cell],
        before: [0],
        after: [1],
        effect: { does: 'store', on: [cell], blind: [] },
      }) as unknown as StepRecord;
    const made = [step(0, 3, false), step(1, 4, false), step(2, 3, false)];
    for (const one of made) expect(tracker.next(one).of).toBeUndefined();
    const left = [step(3, 4, true), step(4, 3, true), step(5, 3, true)];
    expect(left.map((one) => tracker.next(one).of)).toEqual([1, 0, 2]);
  });
});

function* loadOnce(m: Machine, vma: Vma): Step<void> {
  yield* new UserCpu(m, vma).load(0);
}

/** User code that loads once. */
const loads = defineBareScenario<Vma>({
  id: 'toy/loads',
  title: 'Loads',
  source: 'the suite itself',
  about: '',
  invariants: [],
  params: {},
  setup(w) {
    const vma = w.vma({ pages: 1 });
    linux(w).mapFolio(vma, linux(w).folio({ pages: 1, contents: [7] }), { young: true });
    return vma;
  },
  agents: { user: { cpu: 0, role: 'user', run: loadOnce } },
  mutants: NONE,
});

it('every word has a role', () => {
  const { cells, events } = recorded(loads, [0, 0]);
  const role = (name: string) => cells.find((cell) => cell.name === name)?.role;
  expect(role('pte[0]')).toEqual({ is: 'entry', table: 'pte', index: 0, level: 'pte' });
  expect(role('tlb0:pte[0]')).toEqual({ is: 'tlb', cpu: 0, table: 'pte', index: 0 });
  expect(role('frame 0x40')).toEqual({ is: 'frame-flags', pfn: 0x40 });
  expect(role('frame 0x40.data')).toEqual({ is: 'frame-data', pfn: 0x40 });
  expect(role('folio.refcount')).toEqual({ is: 'refcount', folio: 'folio' });
  expect(role('ptl')).toEqual({ is: 'lock' });
  expect(events.map(({ does }) => does)).toEqual(['walk', 'use']);
});

it('a step that names its place stands there, not where it was announced', () => {
  const at = { file: 'zap.c', line: 4, column: 9 };
  const named = defineBareScenario<number>({
    id: 'toy/named',
    title: 'Names its place',
    source: 'the suite itself',
    about: '',
    invariants: [],
    params: {},
    setup: (w) => w.word('flag', 0),
    agents: {
      c: {
        cpu: 0,
        role: 'kernel',
        *run(_m, flag) {
          yield* read(flag, { op: 'READ_ONCE', at });
        },
      },
    },
    mutants: NONE,
  });
  const [event] = recorded(named, [0]).events;
  expect(event?.at).toEqual(at);
});
