/** What the entries say that the machine found: one of two repairs is enough. */
import { assertCell, plan } from '@racewalk/conformance';
import { nothing, type Patch, type Scenario } from '@racewalk/machine';
import { returns } from '@racewalk/mm';
import { blockToy as toy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { catalogueRaces } from '../src/index.js';

/** The verdict of a race with some bodies replaced. */
async function verdictOf(id: string, patch: Patch, within: keyof Patch): Promise<string> {
  const race = catalogueRaces.find((r) => r.id === id) as Scenario;
  const unless = () => 'expected to hold';
  const mutants = {
    changed: { what: 'changed', breaks: 'DIRTY', why: 'changed', unless, patch, within },
  } as const;
  const [cell] = plan([toy], [{ ...race, mutants }], { variant: 'mutant:changed' }).cells;
  if (cell === undefined) throw new Error(`no cell of ${id}`);
  return (await assertCell(cell, { shrinkStates: 0, ms: 20_000 })).verdict;
}

describe('one of the two is enough', () => {
  it('for KSM against a late store: the exclusive mark, or the count of flushes that are owed', async () => {
    const id = 'ksm/merge-vs-writer';
    expect(await verdictOf(id, { mmTlbFlushPending: returns(false) }, 'ksmSettled')).toBe('holds');
    expect(await verdictOf(id, { pageAnonExclusive: returns(false) }, 'ksmSettled')).toBe('holds');
  });

  it('for a page that KSM shares: dirty moved from the entry, or the page marked in any case', async () => {
    const id = 'ksm/dirty-readonly';
    expect(await verdictOf(id, { folioSetStableNode: nothing }, 'tryToMergeOnePage')).toBe('holds');
    expect(await verdictOf(id, { pteMkclean: (_m, pte) => pte, folioMarkDirty: nothing }, 'ksmSettle')).toBe(
      'holds',
    );
  });
});
