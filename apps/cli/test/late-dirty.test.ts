/**
 * What the as_dirty helpers assume of hardware: run on architectures that no machine has, whose TLB tells
 * memory of a store only when it gives its translation up.
 */
import { type MatrixCell, outcomeText, plan, runCell } from '@racewalk/conformance/matrix';
import type { ArchPlugin } from '@racewalk/core';
import { asDirtyRaces } from '@racewalk/feature-as-dirty';
import { lateDirty, lateDirtyTorn } from '@racewalk/toys';
import { columns } from '@racewalk/trace';
import { describe, expect, it } from 'vitest';

async function run(arch: ArchPlugin, id: string) {
  const { cells } = plan([arch], asDirtyRaces, { test: `as-dirty/${id}`, variant: 'upstream' });
  const [cell] = cells;
  return runCell(cell as MatrixCell, { shrinkStates: 300_000 });
}

/** Outcomes on the toy that is late, and on the one that also tears: upstream code, no mutant. */
const OUTCOMES: readonly (readonly [id: string, late: string, torn: string])[] = [
  // Cleaning alone loses nothing: what the TLB has not told yet it tells later, and the next round sees it.
  ['clean-vs-write', 'holds', 'holds'],
  ['clean-flush-under-ptl', 'holds', 'holds'],
  ['touched-range', 'holds', 'holds'],
  ['two-areas', 'holds', 'holds'],
  // Case 1: a write before the scan must have its bit. The entry does not know yet.
  ['four-writes', 'violates DIRTY', 'violates DIRTY'],
  ['clean-folded', 'violates MISS', 'violates MISS'],
  // Write-protecting takes the entry out for an instant; a translation that leaves the TLB then has nobody to tell.
  ['wrprotect-writes', 'violates DIRTY', 'violates DIRTY'],
  ['wrprotect-flush-under-ptl', 'violates DIRTY', 'violates DIRTY'],
  ['wrprotect-then-clean', 'violates MISS', 'violates MISS'],
  ['one-flush-for-both', 'violates MISS', 'violates MISS'],
  // Entries are made writable and dirty at once, so there is nothing to be late with; unless it tears.
  ['mkwrite-lock', 'holds', 'violates DIRTY'],
];

describe('a TLB that writes dirty back late', () => {
  it.each(OUTCOMES)('as-dirty/%s', async (id, late, torn) => {
    expect(outcomeText(await run(lateDirty, id))).toBe(late);
    expect(outcomeText(await run(lateDirtyTorn, id))).toBe(torn);
  });

  it('is the page of which the reviewer was afraid: written, and neither in the bitmap nor in the entry', async () => {
    const { trace } = await run(lateDirty, 'four-writes');
    expect(trace).toBeDefined();
    const text = trace === undefined ? '' : columns(trace);
    expect(text).toMatch(
      /case 2, the write comes after the invalidation and makes the entry dirty anew; but the entry does\s+not have it/,
    );
    expect(text).not.toMatch(/set_bit/);
    expect(text).toMatch(/pte\[0\] 0x40 rw clean young/);
  });
});
