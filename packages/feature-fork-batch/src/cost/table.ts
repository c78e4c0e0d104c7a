import type { ArchPlugin } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { costOf, type Machine, type OpCost, type World } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { dupMmap } from '../agents/fork.js';
import { copyOps } from '../ops/copy-ops.js';
import { copyPageRange } from '../ops/copy-page-range.js';
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
const setup = (pages: number) => (w: World) => {
  linux(w);
  return forkSetup(w, {
    size: pages,
    folded: pages % BLOCK === 0,
    young: true,
    dirty: true,
    contents: false,
  });
};

const batched = (m: Machine, s: Fork): Step<void> => dupMmap(m, s);

/** The same with `copyPresentPte` for every entry, and the same single invalidation. */
function* oneAtATime(m: Machine, s: Fork): Step<void> {
  const { parent, child, rss } = s;
  yield* m.lock(parent.mm.mmapLock);
  yield* copyPageRange(m, { dst: child, src: parent, rss, spares: [], ops: copyOps({ batch: null }) });
  yield* m.tlb.flushTlbMm(parent.mm);
  yield* m.unlock(parent.mm.mmapLock);
}

/**
 * What one fork does to memory and TLBs when nobody disturbs it, in batches and one entry at a time. The
 * pages are one folio, folded where the architecture folds and they fill blocks.
 */
export function forkCostTable(
  arch: ArchPlugin,
  sizes: readonly number[] = [1, 16, 512],
): readonly ForkCostRow[] {
  return sizes.flatMap((pages): ForkCostRow[] => [
    { copy: 'one at a time', pages, cost: costOf(arch, BLOCK, setup(pages), oneAtATime) },
    { copy: 'batched', pages, cost: costOf(arch, BLOCK, setup(pages), batched) },
  ]);
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
