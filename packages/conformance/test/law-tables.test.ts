/** The tables on which laws are tried: what stands in them, what it means, and which block is not one. */
import { PTE_ZERO, type PteWord, RacewalkError } from '@racewalk/core';
import { toyArch, toyPlain, toyValues } from '@racewalk/toys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenHelpers, withCause } from '../src/laws/rests-on.js';
import {
  anyTable,
  BLOCK,
  BLOCKS,
  buildTable,
  gathered,
  logicalValue,
  PAGES,
  type TableSpec,
  viewTable,
} from '../src/laws/table.js';
import { strayEntry } from '../src/laws/uniform.js';

const arch = toyArch();
const v = arch.values;

const table = (spec: TableSpec, logical = false, on = arch) => {
  const t = buildTable(on, spec, logical);
  const memory = Int32Array.from(t.world.cells.cells, (cell) => cell.initial);
  const entries = t.vma.table.entries.map((p) => t.world.entryIn((cell) => memory[cell] ?? 0, p));
  return { t, memory, entries, view: viewTable(t, memory) };
};

const facts = (pte: PteWord) => ({
  valid: v.pteValid(pte),
  cont: v.pteCont(pte),
  write: v.pteWrite(pte),
  young: v.pteYoung(pte),
  dirty: v.pteDirty(pte),
});

describe('a table', () => {
  it('holds what its specification says, entry by entry', () => {
    fc.assert(
      fc.property(anyTable(true), (spec) => {
        const { t, entries } = table(spec);
        expect(entries).toHaveLength(PAGES);
        for (const [index, pte] of entries.entries()) {
          const [block, i] = [spec.blocks[Math.floor(index / BLOCK)]!, index % BLOCK];
          if (block.kind === 'partial' && block.cleared[i]) {
            expect(pte).toBe(PTE_ZERO);
            continue;
          }
          expect(v.ptePfn(pte)).toBe(t.pfn(index));
          expect(facts(pte)).toMatchObject({
            valid: true,
            cont: block.kind !== 'unfolded',
            young: block.young[i],
            dirty: block.dirty[i],
            write: block.write && !block.wrprotected,
          });
        }
      }),
    );
  });

  it('means the same logically: no block, and the flags of a block in each of its entries', () => {
    fc.assert(
      fc.property(anyTable(true), (spec) => {
        const [real, logical] = [table(spec), table(spec, true)];
        expect(logical.entries.some(v.pteCont)).toBe(false);
        expect(logical.view.entries).toEqual(real.view.entries);
        for (const [index, pte] of logical.entries.entries()) {
          const first = index - (index % BLOCK);
          const { kind, young, dirty, cleared } = spec.blocks[first / BLOCK]!;
          if (pte === PTE_ZERO) continue;
          const there = (k: number) => kind !== 'partial' || !cleared[k];
          const any = (flags: readonly boolean[]) => flags.some((flag, k) => flag && there(k));
          const own = kind === 'unfolded';
          expect(facts(pte)).toMatchObject({
            young: own ? young[index - first] : any(young),
            dirty: own ? dirty[index - first] : any(dirty),
          });
        }
      }),
    );
  });

  it('holds nothing or swap entries in a hole, and no block is folded around one', () => {
    const folded = fc.sample(anyTable(false), { numRuns: 1, seed: 3 })[0]!;
    const blocks = folded.blocks.map((block) => ({ ...block, kind: 'folded' as const }));
    for (const holds of ['nothing', 'swap'] as const) {
      const { entries } = table({ blocks, hole: { from: 5, nr: 2, holds } });
      const hole = entries.slice(5, 7);
      expect(hole.map((pte) => arch.swap.isSwapPte(pte))).toEqual([holds === 'swap', holds === 'swap']);
      expect(hole.map((pte) => v.pteNone(pte))).toEqual([holds === 'nothing', holds === 'nothing']);
      if (holds === 'swap') expect(hole[0]).not.toBe(hole[1]);
      expect(entries.map((pte) => v.pteValid(pte) && v.pteCont(pte))).toEqual(
        entries.map((_, i) => i < 4 || i >= 8),
      );
    }
  });

  it('is unfolded where there are no blocks', () => {
    const blocks = Array.from({ length: BLOCKS }, () => ({
      kind: 'folded' as const,
      write: true,
      wrprotected: false,
      dirty: [false, false, false, false],
      young: [true, true, true, true],
      cleared: [false, false, false, false],
    }));
    const { entries, view } = table({ blocks }, false, toyPlain);
    expect(entries.some((pte) => toyPlain.values.pteCont(pte))).toBe(false);
    expect([view.mixed, new Set(view.folded)]).toEqual([null, new Set([false])]);
  });

  it('says which block is folded in part', () => {
    const spec = fc.sample(anyTable(false), { numRuns: 1, seed: 1 })[0]!;
    const { t, memory, entries } = table({
      blocks: spec.blocks.map((block) => ({ ...block, kind: 'unfolded' as const })),
    });
    const ptep = t.vma.table.entries[6]!;
    memory[ptep.cell] = v.pteMkcont(entries[6]!).id;
    const { mixed, folded } = viewTable(t, memory);
    expect(mixed).toMatch(/^the block of pte\[[4-7]\] is folded in part$/);
    expect(folded.filter(Boolean)).toHaveLength(1);
  });
});

describe('what an entry means', () => {
  const pte = v.pteMkdirty(v.pteMkyoung(v.pteMkcont(v.pfnPte(0x40, v.mkProt({ read: true, write: true })))));

  it('is apart from flags and the contiguous mark, and itself where nothing is mapped', () => {
    const { identity, young, dirty } = logicalValue(arch, pte);
    expect([v.pteCont(identity), v.pteYoung(identity), v.pteDirty(identity), young, dirty]).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    const swapped = arch.swap.swpEntryToPte({ type: 1, offset: 5 });
    expect(logicalValue(arch, swapped)).toEqual({ identity: swapped, young: false, dirty: false });
  });

  it('has the flags of its block once they are gathered, and of no other', () => {
    const entry = { identity: PTE_ZERO, young: false, dirty: false };
    const entries = Array.from({ length: 2 * BLOCK }, (_, i) => ({
      ...entry,
      young: i === 1,
      dirty: i === 6,
    }));
    const all = gathered(entries);
    expect(all.map((e) => e.young)).toEqual([true, true, true, true, false, false, false, false]);
    expect(all.map((e) => e.dirty)).toEqual([false, false, false, false, true, true, true, true]);
  });
});

describe('strayEntry', () => {
  const cont = (i: number) =>
    v.pteMkcont(v.pteAdvancePfn(v.pfnPte(0x40, v.mkProt({ read: true, write: true })), i));
  const pages = Array.from({ length: 2 * BLOCK }, (_, i) => cont(i));
  const put = (at: number, pte: PteWord) => pages.map((old, i) => (i === at ? pte : old));

  it('finds none where each block is one', () => {
    expect(strayEntry(arch, pages)).toBeNull();
    // Young and dirty may differ; what is not marked, or not valid, is no part of the block.
    expect(strayEntry(arch, put(2, v.pteMkdirty(v.pteMkyoung(cont(2)))))).toBeNull();
    expect(strayEntry(arch, put(2, PTE_ZERO))).toBeNull();
    expect(strayEntry(arch, put(2, v.pteMknoncont(cont(5))))).toBeNull();
    expect(strayEntry(toyPlain, put(2, cont(7)))).toBeNull();
  });

  it.each([1, 2, 3, 5, 7])('names entry %i if it leads elsewhere, or allows something else', (at) => {
    for (const odd of [cont(at + 1), v.pteWrprotect(cont(at))]) {
      const stray = strayEntry(arch, put(at, odd));
      expect(stray?.index).toBe(at);
      expect(stray?.says).toContain(`pte[${at}]`);
      expect(stray?.says).toContain(`pte[${at - (at % BLOCK)}]`);
    }
  });
});

describe('the complaint of a law', () => {
  const options = { runs: 20, seed: 1 };
  const error = new RacewalkError('RACEWALK_BAD_PLUGIN', 'the law', { expected: 'something else' });
  const message = (on: typeof arch) => (withCause(on, options, error) as RacewalkError).message;

  it('stands alone where the helpers are right', () => {
    expect(brokenHelpers(arch, options)).toEqual([]);
    expect(withCause(arch, options, error)).toBe(error);
    expect(withCause(arch, options, 'not an error')).toBe('not an error');
  });

  it('comes after the helpers that are wrong', () => {
    const one = toyArch({ values: { ...toyValues, pteSame: () => true } });
    expect(brokenHelpers(one, options)).toEqual(['pte_same']);
    expect(message(one)).toBe(
      'put the helpers right first: pte_same breaks a law already. What follows may be due to that.\nthe law',
    );
    const two = toyArch({ values: { ...toyValues, pteMkold: (pte) => pte, pteMkclean: (pte) => pte } });
    expect(message(two)).toMatch(/first: pte_\w+(, pte_\w+)+ break a law already/);
  });

  it('comes after flags that a block may not differ in', () => {
    const strict = toyArch({ cont: { ptes: 4, mayDiffer: PTE_ZERO } });
    expect(message(strict)).toContain('cont.mayDiffer lacks a bit of access or dirty');
  });
});
