import type { ArchPlugin } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { costOf, type Machine, type OpCost, type World } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { oneAtATime } from '../agents/fork.js';
import { type Fork, forkSetup } from '../setup.js';

/** What fork costs for one area of so many pages of one folio. */
export interface ForkCostRow {
  readonly copy: 'batched' | 'one at a time';
  /** Pages of the area. */
  readonly pages: number;
  readonly cost: OpCost;
}

/** Entries in a contiguous block of the real machine, where it has blocks. */
const BLOCK = 16;

/** In use: every page was read and written. */
const setup = (pages: number, copy: ForkCostRow['copy']) => (w: World) => {
  linux(w);
  if (copy === 'one at a time') oneAtATime(w);
  return forkSetup(w, {
    size: pages,
    folded: pages % BLOCK === 0,
    young: true,
    dirty: true,
    contents: false,
  });
};

const run = (m: Machine, s: Fork): Step<unknown> => m.k.dupMmap(s.child, s.parent);

/**
 * What one fork does to memory and TLBs when nobody disturbs it, in batches and one entry at a time. The
 * pages are one folio, folded where the architecture folds and they fill blocks.
 */
export function forkCostTable(
  arch: ArchPlugin,
  sizes: readonly number[] = [1, 16, 512],
): readonly ForkCostRow[] {
  return sizes.flatMap((pages) =>
    (['one at a time', 'batched'] as const).map((copy) => ({
      copy,
      pages,
      cost: costOf(arch, BLOCK, setup(pages, copy), run),
    })),
  );
}

/** Changes of entries, by whatever instruction. */
const changes = (c: OpCost): number => c.writes + c.exchanges + c.compareExchanges + c.updates;

/** The table as Markdown. */
export function formatForkCostTable(rows: readonly ForkCostRow[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    line([
      'entries',
      'copy',
      'entry reads',
      'entry writes',
      'unfolds',
      'invalidations',
      'barriers',
      'counts',
    ]),
    line(['--:', '---', '--:', '--:', '--:', '--:', '--:', '--:']),
    ...rows.map(({ copy, pages, cost }) =>
      line([
        pages,
        copy,
        cost.reads,
        changes(cost),
        cost.unfolds,
        cost.invalidations,
        cost.barriers,
        cost.references,
      ]),
    ),
  ].join('\n');
}
