import { describe, expect, it } from 'vitest';
import { forkCostTable, formatForkCostTable } from '../src/index.js';
import { flat } from './toy.js';

const rows = forkCostTable(flat);
const costs = (copy: string) => rows.filter((r) => r.copy === copy).map((r) => r.cost);

describe('forkCostTable', () => {
  it('counts one change of each counter a batch, and one an entry otherwise', () => {
    expect(costs('batched').map((c) => c.references)).toEqual([2, 2, 2]);
    expect(costs('one at a time').map((c) => c.references)).toEqual([2, 32, 1024]);
  });

  it('counts two reads of each entry of the parent, and one change on either side', () => {
    for (const copy of ['batched', 'one at a time']) {
      expect(costs(copy).map((c) => c.reads)).toEqual([2, 32, 1024]);
      expect(costs(copy).map((c) => [c.compareExchanges, c.writes])).toEqual([
        [1, 1],
        [16, 16],
        [512, 512],
      ]);
    }
  });

  it('counts one invalidation however many pages', () => {
    expect(rows.map((r) => r.cost.invalidations)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(rows.every((r) => r.cost.unfolds === 0)).toBe(true);
  });

  it('prints', () => {
    const lines = formatForkCostTable(rows).split('\n');
    expect(lines).toHaveLength(rows.length + 2);
    expect(lines[4]).toBe('| 16 | one at a time | 32 | 32 | 0 | 1 | 0 | 32 |');
  });
});
