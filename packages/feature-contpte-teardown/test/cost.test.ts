import { costOf } from '@racewalk/machine';
import { describe, expect, it } from 'vitest';
import { mapBlock } from '../src/block.js';
import { costTable, formatCostTable } from '../src/index.js';
import { flat, toy } from './toy.js';

const rows = costTable(toy, [4, 8, 16]);
const costs = (operation: string) => rows.filter((r) => r.operation === operation).map((r) => r.cost);

describe('costTable', () => {
  it('counts what the stash reads: the square of the block', () => {
    expect(costs('teardown, stash in next').map((c) => c.reads)).toEqual([22, 78, 286]);
    expect(costs('teardown, stash in next').map((c) => c.compareExchanges)).toEqual([3, 7, 15]);
    expect(costs('teardown, stash in next').map((c) => c.exchanges)).toEqual([4, 8, 16]);
  });

  it('counts no invalidation on the full path, and one where the block is unfolded', () => {
    for (const name of ['teardown, stash in last', 'teardown, stash in next', 'teardown, one call']) {
      expect(costs(name).map((c) => [c.invalidations, c.barriers])).toEqual([
        [0, 0],
        [0, 0],
        [0, 0],
      ]);
    }
    expect(costs('teardown, unfold').map((c) => [c.invalidations, c.barriers])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(costs('teardown, unfold').map((c) => [c.reads, c.writes, c.exchanges])).toEqual([
      [4, 4, 8],
      [8, 8, 16],
      [16, 16, 32],
    ]);
  });

  it('counts one exchange an entry for one call', () => {
    expect(costs('teardown, one call').map((c) => [c.reads, c.writes, c.exchanges])).toEqual([
      [0, 0, 4],
      [0, 0, 8],
      [0, 0, 16],
    ]);
  });

  it('has a row for each operation and size, and prints them', () => {
    const lines = formatCostTable(rows).split('\n');
    expect(lines).toHaveLength(rows.length + 2);
    expect(lines[0]).toBe(
      '| operation | block | reads | writes | xchg | cmpxchg | locked | TLBI | barriers |',
    );
    expect(lines[2]).toMatch(/^\| teardown, stash in last \| 4 \| \d+ /);
  });

  it('runs where there are no blocks', () => {
    const one = costTable(flat, [4]).find((r) => r.operation === 'ptep_get');
    expect(one?.cost).toMatchObject({ reads: 1, writes: 0, exchanges: 0 });
  });
});

describe('costOf', () => {
  it('counts interrupts as invalidations', () => {
    const cost = costOf(
      flat,
      4,
      (w) => mapBlock(w),
      (m, s) => m.tlb.flushTlbMm(s.vma.mm),
    );
    expect(cost).toMatchObject({ invalidations: 1, barriers: 0, reads: 0 });
  });
});
