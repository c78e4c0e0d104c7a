import { type ArchPlugin, addrOf, defineArch, PTE_ZERO } from '@racewalk/core';
import { blockToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { Machine, runAlone, UserCpu, World, wordEntries } from '../src/index.js';

const breaking = defineArch({
  ...blockToy,
  id: 'breaking',
  capabilities: [
    ...new Set([
      ...blockToy.capabilities,
      'speculativeFill',
      'severalTranslations',
      'blockTranslations',
    ] as const),
  ],
});
const withBbm = (level: 0 | 1 | 2, aborts: boolean): ArchPlugin =>
  defineArch({ ...breaking, id: `bbm${level}${aborts ? '-aborts' : ''}`, bbm: { level, aborts } });

/** A block is emptied and mapped again as single pages; what breaks, and what an access of its owner breaks then. */
function unfold(arch: ArchPlugin, flushes: boolean, moves = false): readonly string[] {
  const w = new World(arch, { block: 2 }, [0, 1], ['CONT']);
  const vma = w.vma({ pages: 2, start: 0x200 });
  const run = w.frames.add({ name: 'pages', pages: 2 });
  const other = w.frames.add({ name: 'other', pages: 2 });
  w.mapFrames(vma, run, { folded: true, dirty: true, young: true });
  w.seal();
  const m = new Machine(w, 0, wordEntries(w), 'kernel');
  const user = new UserCpu(new Machine(w, 1, wordEntries(w), 'user'), vma, { faults: false });
  const { entries } = vma.table;
  function* body() {
    yield* user.load(0);
    for (const ptep of entries) yield* m.entries.xchg(ptep, PTE_ZERO);
    if (flushes) yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    for (const [i, ptep] of entries.entries()) {
      const frame = (moves ? other : run).frames[i]!;
      const pte = m.v.pteMkdirty(m.v.pteMkyoung(m.v.pfnPte(frame.pfn, m.v.mkProt(vma.prot))));
      yield* m.entries.writeOnce(ptep, pte);
    }
    // The last alternative is to walk.
    yield* user.load(0);
  }
  return runAlone(w.cells.cells, body, { choose: (n) => n - 1 }).faults.map((fault) => fault.code);
}

describe('a block that becomes single pages', () => {
  it.each([
    [0, true],
    [0, false],
    [1, true],
    [1, false],
  ] as const)('needs an invalidation in between at level %i of FEAT_BBM, aborts %s', (level, aborts) => {
    expect(unfold(withBbm(level, aborts), false)).toContain('CONT');
    expect(unfold(withBbm(level, aborts), true)).toEqual([]);
  });

  it('needs none at level 2 where the CPU promises no conflict abort', () => {
    expect(unfold(withBbm(2, false), false)).toEqual([]);
    expect(unfold(withBbm(2, false), true)).toEqual([]);
  });

  it('is a conflict at level 2 where it does not, once an access has walked beside the block', () => {
    expect(unfold(withBbm(2, true), false)).toContain('CONT');
    expect(unfold(withBbm(2, true), true)).toEqual([]);
  });

  it('needs one at every level if the frames are others', () => {
    for (const level of [0, 1, 2] as const)
      expect(unfold(withBbm(level, false), false, true)).toContain('CONT');
  });
});
