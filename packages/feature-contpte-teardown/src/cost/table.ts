import type { ArchPlugin } from '@racewalk/core';
import { costOf, type OpCost } from '@racewalk/machine';
import { COUNTED_OPS } from './operations.js';

/** What one operation costs on one architecture, for one block size. */
export interface CostRow {
  readonly operation: string;
  /** Entries in a contiguous block, also where the architecture has none and walks that many pages. */
  readonly block: number;
  readonly cost: OpCost;
}

/**
 * Costs of teardown (of a block that was written once) and of single operations (on a block with all flags
 * set), nobody else running. The numbers behind the arguments: the stash reads the block again with
 * every call, unfolding invalidates in the middle of a teardown, one call for the range does neither.
 */
export function costTable(arch: ArchPlugin, blocks: readonly number[] = [4, 16]): readonly CostRow[] {
  return COUNTED_OPS.flatMap(({ name, setup, run }) =>
    blocks.map((block) => ({ operation: name, block, cost: costOf(arch, block, setup, run) })),
  );
}

const COLUMNS: readonly (readonly [keyof OpCost, string])[] = [
  ['reads', 'reads'],
  ['writes', 'writes'],
  ['exchanges', 'xchg'],
  ['compareExchanges', 'cmpxchg'],
  ['updates', 'locked'],
  ['invalidations', 'TLBI'],
  ['barriers', 'barriers'],
];

/** The table as Markdown. */
export function formatCostTable(rows: readonly CostRow[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['operation', 'block', ...COLUMNS.map(([, title]) => title)]),
    line(['---', '--:', ...COLUMNS.map(() => '--:')]),
    ...rows.map((r) => line([r.operation, r.block, ...COLUMNS.map(([key]) => r.cost[key])])),
  ].join('\n');
}
