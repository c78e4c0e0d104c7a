import type { Step } from '@racewalk/core/step';
import { type FunctionTable, Machine, type Patch, runAlone, World, wordEntries } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { flatToy as flat, blockToy as toy, toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { convertFromLook, convertInPlace, markFolded, markSingle } from '../src/ops/convert.js';
import { bareClear, gatherUnchecked } from '../src/ops/naive.js';
import { foldedMapping, type Mapping } from '../src/setup.js';

const v = toy.values;

/** Run something alone on a block of four and show what is left of each entry. */
function run<T>(folded: boolean, body: (m: Machine, s: Mapping) => Step<T>, arch = toy, patch: Patch = {}) {
  const w = new World(arch, { block: 4 }, [1], ['CONT']);
  linux(w);
  const s = foldedMapping(w, { folded, young: true });
  linux(w).mapFolio(s.vma, s.folio, { folded, dirty: true, at: 2, from: 2, pages: 1 });
  w.binder.replace(patch as FunctionTable);
  w.seal();
  const m = new Machine(w, 0, wordEntries(w));
  const alone = runAlone(w.cells.cells, () => body(m, s));
  const left = s.entries.map((ptep) => w.entryIn((cell) => alone.memory[cell] ?? 0, ptep));
  return { ...alone, s, left };
}

describe('conversions that leave steps out', () => {
  it('change nothing but the mark, and break CONT where they do not break the block', () => {
    const { left, faults } = run(false, (m, s) => convertInPlace(m, s.entries, markFolded));
    expect(left.map(v.pteCont)).toEqual([true, true, true, true]);
    expect(left.map(v.pteDirty)).toEqual([false, false, true, false]);
    expect(faults[0]?.code).toBe('CONT');
  });

  it('are right alone if they break before they make', () => {
    const { left, faults } = run(true, (m, s) => convertFromLook(m, s.entries, markSingle));
    expect(left.map(v.pteCont)).toEqual([false, false, false, false]);
    expect(left.map(v.pteDirty)).toEqual([false, false, true, false]);
    expect(faults).toEqual([]);
  });
});

describe('bareClear', () => {
  it('empties the part and says what the part knew', () => {
    const upper = run(true, (m, s) => bareClear(m, s.entries[2]!, 2));
    expect(upper.left.map(v.ptePresent)).toEqual([true, true, false, false]);
    expect(v.pteDirty(upper.value)).toBe(true);
    expect(v.ptePfn(upper.value)).toBe(upper.s.folio.frames[2]?.pfn);
    const lower = run(true, (m, s) => bareClear(m, s.entries[0]!, 2));
    expect(v.pteDirty(lower.value)).toBe(false);
  });
});

describe('gatherUnchecked', () => {
  it('adds up the flags of a block, where ptep_get does', () => {
    const read = (folded: boolean, arch = toyArch()) =>
      run(folded, (m, s) => m.pte.ptepGetLockless(s.entries[0]!), arch, gatherUnchecked).value;
    expect(v.pteDirty(read(true))).toBe(true);
    expect(v.pteDirty(read(false))).toBe(false);
    expect(v.pteDirty(read(true, flat))).toBe(false);
  });
});
