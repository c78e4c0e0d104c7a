/** A law about an operation on entries names the operation, what it promises, the range, the flags, and the entries. */
import { type Mm, PTE_OPS, type Ptep, type PteWord, type Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { ToyOps, toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { CONTRACT } from '../src/index.js';
import { tryOverride } from '../src/laws/overrides.js';
import { TRIALS } from '../src/laws/trials.js';

class LosesDirty extends ToyOps {
  override *setPteAt(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord): Step<void> {
    yield* super.setPteAt(mm, addr, ptep, this.m.v.pteMkclean(pte));
  }
}

class LosesAtExit extends ToyOps {
  override *getAndClearFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, full: boolean): Step<PteWord> {
    const pte = yield* super.getAndClearFullPtes(mm, addr, ptep, nr, full);
    return full ? this.m.v.pteMkclean(pte) : pte;
  }
}

class LosesOfSeveral extends ToyOps {
  override *getAndClearFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, full: boolean): Step<PteWord> {
    const pte = yield* super.getAndClearFullPtes(mm, addr, ptep, nr, full);
    return nr > 2 && !full ? this.m.v.pteMkclean(pte) : pte;
  }
}

const complaint = (Ops: typeof ToyOps, op: 'setPteAt' | 'getAndClearFullPtes'): string => {
  try {
    tryOverride(toyArch({ ops: (m) => new Ops(m) }), op, { runs: 200, seed: 1 });
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the law of an operation', () => {
  it('tries every operation at least once', () => {
    expect(PTE_OPS.filter((op) => TRIALS[op].length === 0)).toEqual([]);
  });

  it('says which flags the smallest input has, and no others', () => {
    const text = complaint(LosesDirty, 'setPteAt');
    const row = CONTRACT.find(({ op }) => op === 'setPteAt');
    expect(text).toContain(`setPteAt (set_pte_at) does not do what it promises: "${row?.says}"`);
    expect(text).toMatch(/smallest input: entry \d+, with write, dirty, of a table that holds\n/);
    expect(text).toMatch(/\n {2}its steps: \S/);
    expect(text).not.toContain('undefined');
  });

  it('shows the entry before, after, and as the generic body leaves it, field by field', () => {
    const lines = complaint(LosesDirty, 'setPteAt')
      .split('\n')
      .map((line) => line.trim());
    const at = lines.findIndex((line) => /^pte\[\d+\] before +0x[0-9a-f]{16} /.test(line));
    expect(at).toBeGreaterThan(0);
    const [after = '', generic = ''] = lines.slice(at + 1, at + 3);
    expect(after).toMatch(/^after +0x[0-9a-f]{16} /);
    expect(generic).toMatch(/^generic +0x[0-9a-f]{16} .*dirty/);
    expect(after.replace(/^\S+ +/, '')).not.toBe(generic.replace(/^\S+ +/, ''));
    expect(lines.some((line) => /^\d+ +D .*\* /.test(line))).toBe(true);
  });

  it('says which entries a batch had', () => {
    const text = complaint(LosesOfSeveral, 'getAndClearFullPtes');
    const [, from, to] = /smallest input: entries (\d+) to (\d+)\b/.exec(text) ?? [];
    expect(Number(to) - Number(from)).toBe(2);
  });

  it('says that it was the whole table, and shows all of it', () => {
    const text = complaint(LosesAtExit, 'getAndClearFullPtes');
    expect(text).toMatch(/smallest input: the whole table\b.*of a table that holds\n/);
    const [, shown = ''] = text.split('of a table that holds\n');
    expect(shown.split('\n').filter((line) => /^ *pte\[\d+\]/.test(line))).toHaveLength(12);
  });
});
