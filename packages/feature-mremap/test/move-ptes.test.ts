import type { Step } from '@racewalk/core/step';
import {
  type FunctionTable,
  Machine,
  nothing,
  type Params,
  type Patch,
  runAlone,
  World,
  wordEntries,
} from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { flatToy as flat, blockToy as toy, trackingToy as tracking } from '@racewalk/toys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COPY_THEN_CLEAR,
  FLUSH_DIRTY_ONLY,
  FLUSH_LATE,
  FLUSH_NEVER,
  NEW_UNLOCKED,
} from '../src/ops/variants.js';
import { entryAt, type Move, type MoveSpec, moveSetup } from '../src/setup.js';

function build(params: Params, spec: MoveSpec = {}, arch = flat) {
  const w = new World(arch, params, [1], ['STALE']);
  linux(w);
  const s = moveSetup(w, spec);
  w.seal();
  return { w, s, m: new Machine(w, 0, wordEntries(w)) };
}

function run<T>({ w }: { readonly w: World }, body: () => Step<T>) {
  const alone = runAlone(w.cells.cells, body);
  const left = (vma: Move['old']) =>
    Array.from({ length: vma.end - vma.start }, (_, i) =>
      w.entryIn((cell) => alone.memory[cell] ?? 0, entryAt(vma, i)),
    );
  return { ...alone, left, labels: alone.steps.map((p) => p.op.label) };
}

const move = (b: ReturnType<typeof build>, patch: Patch = {}, rmap = false) => {
  b.w.binder.replace(patch as FunctionTable);
  // Made now: only names that are replaced by then are looked up among the values.
  const m = new Machine(b.w, 0, wordEntries(b.w));
  return run(b, () => m.k.mremap(b.s.old, b.s.to, rmap));
};

/** Position of the first step whose label begins like that. */
const first = (labels: readonly string[], start: string) => labels.findIndex((l) => l.startsWith(start));

describe('movePtes', () => {
  it('moves every entry as it was, whatever the alignment, and leaves nothing', () => {
    const sizes = fc.record({
      pages: fc.integer({ min: 1, max: 5 }),
      shift: fc.integer({ min: 0, max: 3 }),
      tables: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(sizes, fc.boolean(), (params, dirty) => {
        const b = build(params, { dirty });
        const before = run(b, function* () {}).left(b.s.old);
        const { left } = move(b);
        expect(left(b.s.to)).toEqual(before);
        expect(left(b.s.old).every(b.m.v.pteNone)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('flushes before it drops either lock', () => {
    const { labels } = move(build({ pages: 2 }));
    expect(first(labels, 'lock ptl')).toBeLessThan(first(labels, 'lock ptl2'));
    expect(first(labels, 'IPI cpu1: flush pte[0..1]')).toBeLessThan(first(labels, 'unlock ptl2'));
    expect(first(labels, 'unlock ptl2')).toBeLessThan(labels.lastIndexOf('unlock ptl'));
  });

  it('takes one lock where one table has both addresses', () => {
    const { labels } = move(build({ pages: 1, tables: 1 }));
    expect(labels.filter((l) => l.startsWith('lock ptl'))).toEqual(['lock ptl']);
  });

  it('takes the lock of the reverse map only if it is told to, and there is a file', () => {
    expect(move(build({ pages: 1 }, { file: true }), {}, true).labels[1]).toBe('lock file.i_mmap');
    expect(move(build({ pages: 1 }, { file: true })).labels).not.toContain('lock file.i_mmap');
    expect(move(build({ pages: 1 }), {}, true).labels).not.toContain('lock file.i_mmap');
  });

  it('moves a swap entry without a flush, after those that reclaim owes', () => {
    const b = build({ pages: 1 });
    const swap = flat.swap.swpEntryToPte({ type: 1, offset: 0x20 });
    b.w.setInitial(entryAt(b.s.old, 0), swap);
    const quiet = move(b);
    expect(quiet.left(b.s.to)).toEqual([swap]);
    expect(quiet.labels.some((l) => l.includes('flush pte'))).toBe(false);
    b.w.cells.setInitial(b.s.old.mm.tlbFlushBatched, 1);
    expect(move(b).labels).toContain('IPI cpu1: flush mm (all)');
    expect(move(b, { archFlushTlbBatchedPending: (m) => m.tlb.dsb() }).labels).not.toContain(
      'IPI cpu1: flush mm (all)',
    );
    expect(move(b, { flushTlbBatchedPending: nothing }).labels).not.toContain('IPI cpu1: flush mm (all)');
  });
});

describe('variants', () => {
  const flushAt = (patch: Patch, dirty: boolean) => {
    const { labels } = move(build({ pages: 1 }, { dirty }), patch);
    const flush = first(labels, 'IPI cpu1: flush pte[0]');
    if (flush < 0) return 'never';
    return flush < labels.lastIndexOf('unlock ptl') ? 'locked' : 'after';
  };

  it('flush when they say', () => {
    expect(flushAt({}, false)).toBe('locked');
    expect(flushAt(FLUSH_LATE, true)).toBe('after');
    expect([true, false].map((dirty) => flushAt(FLUSH_DIRTY_ONLY, dirty))).toEqual(['locked', 'after']);
    expect(flushAt(FLUSH_NEVER, true)).toBe('never');
  });

  it('are right alone', () => {
    const again = [FLUSH_DIRTY_ONLY, COPY_THEN_CLEAR];
    for (const patch of [FLUSH_LATE, NEW_UNLOCKED, ...again]) {
      const b = build({ pages: 2 }, { dirty: true });
      const { left } = move(b, patch);
      expect(left(b.s.to).map(b.m.v.pteDirty)).toEqual([true, true]);
      expect(left(b.s.old).every(b.m.v.pteNone)).toBe(true);
    }
    expect(move(build({ pages: 1 }), NEW_UNLOCKED).labels).not.toContain('lock ptl2');
  });
});

describe('moveSoftDirtyPte', () => {
  it('marks what was moved, where such a mark exists', () => {
    for (const dirty of [false, true]) {
      const b = build({ pages: 1 }, { dirty }, tracking);
      expect(b.m.v.pteSoftDirty(move(b).left(b.s.to)[0]!), `dirty ${dirty}`).toBe(true);
    }
    const b = build({ pages: 1 }, {}, tracking);
    const swap = tracking.swap.swpEntryToPte({ type: 1, offset: 1 });
    expect(tracking.swap.pteSwpSoftDirty(b.m.k.moveSoftDirtyPte(swap))).toBe(true);
    const plain = build({ pages: 1 }, {}, toy);
    expect(plain.m.v.pteSoftDirty(move(plain).left(plain.s.to)[0]!)).toBe(false);
  });
});
