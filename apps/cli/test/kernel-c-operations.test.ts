/**
 * Operations in C, written afresh, in place of those in TypeScript: in every race that is run here they come to the same
 * verdict, and a mistake in one place is caught, with its line in the counterexample.
 */
import { readFileSync } from 'node:fs';
import { plan, runCell } from '@racewalk/conformance/matrix';
import { loadC, readFunctions, readRace } from '@racewalk/kernel-c';
import type { Scenario } from '@racewalk/machine';
import { beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { cellsWith, RACES, sameVerdict, TEXT, withText } from './c/in-place.js';

const ARCH = 'x86-64';

beforeAll(() => loadC());

const cellsOf = (scenario: Scenario) => cellsWith(scenario, ARCH);

describe('operations in C', () => {
  it('are at least thirty', () =>
    expect(readFunctions(TEXT, 'operations.c').replaced.length).toBeGreaterThan(29));

  // On other plug-ins: kernel-c-plugins.test.ts.
  it.each(RACES)('%s has the same verdict', async (_id, race) => {
    await sameVerdict(race, ARCH);
  });
});

const EXCHANGE = 'return __pte(xchg(&pte_val(*ptep), 0));';
const WRPROTECT = '!try_cmpxchg(&pte_val(*ptep), &old, pte_val(pte_wrprotect(__pte(old))))';
const FLUSH = 'if (pte_present(pte))\n\t\tflush_tlb_page(vma, addr);';
const COMMIT = 'set_pte_at(vma->vm_mm, addr, ptep, pte);\n}\n\n/* counters';
const FULL = 'return ptep_get_and_clear(mm, addr, ptep);\n}\n\nstatic';

/** One place of the text, what stands there instead, the race that finds it, and what breaks. */
const EDITS: readonly (readonly [what: string, from: string, to: string, race: string, breaks: string])[] = [
  [
    'a load and a store for an exchange',
    EXCHANGE,
    'pte_t pte = READ_ONCE(*ptep); WRITE_ONCE(*ptep, __pte(0)); return pte;',
    'contpte/teardown-vs-walker',
    'DIRTY',
  ],
  ['a wrong index', 'set_pte(ptep + i, pte', 'set_pte(ptep, pte', 'fork-batch/stores-vs-copy', 'RMAP'],
  [
    'what siblings say is dropped',
    'all = gathered(all, ptep_get_and_clear_full(mm, addr, ptep, full));',
    'ptep_get_and_clear_full(mm, addr, ptep, full);',
    'contpte/teardown-batched',
    'DIRTY',
  ],
  [
    'a plain store for a compare and exchange',
    `while (${WRPROTECT})\n\t\tcpu_relax();`,
    'WRITE_ONCE(*ptep, pte_wrprotect(__pte(old)));',
    'contpte/wrprotect-batch',
    'DIRTY',
  ],
  [
    'no change of the permission',
    'pte_val(pte_wrprotect(__pte(old)))',
    'old',
    'contpte/wrprotect-batch',
    'PERM',
  ],
  [
    'a batch that stays at one entry',
    'ptep_set_wrprotect(mm, addr, ptep++);',
    'ptep_set_wrprotect(mm, addr, ptep);',
    'contpte/wrprotect-batch',
    'PERM',
  ],
  ['a reversed test', FLUSH, FLUSH.replace('pte_present', '!pte_present'), 'contpte/reclaim-one', 'UAF'],
  ['a dropped flush', FLUSH, ';', 'contpte/reclaim-one', 'UAF'],
  [
    'the old entry is committed',
    COMMIT,
    COMMIT.replace('pte);', 'old);'),
    'contpte/unfold-vs-walker',
    'PERM',
  ],
  [
    'nothing is committed',
    COMMIT,
    COMMIT.replace('set_pte_at(vma->vm_mm, addr, ptep, pte)', ''),
    'contpte/unfold-vs-walker',
    'DIRTY',
  ],
  [
    'dirty is cleared with young',
    'pte_val(pte_mkold(old))',
    'pte_val(pte_mkclean(pte_mkold(old)))',
    'access-flags/test-and-clear-young',
    'DIRTY',
  ],
  [
    'a plain load and a clear',
    FULL,
    FULL.replace(
      'return ptep_get_and_clear(mm, addr, ptep);',
      'pte_t pte = *ptep; pte_clear(mm, addr, ptep); return pte;',
    ),
    'contpte/teardown-vs-walker',
    'DIRTY',
  ],
  [
    'a read for a clear',
    'return ptep_get_and_clear(vma->vm_mm, addr, ptep);',
    'return ptep_get(ptep);',
    'contpte/unfold-vs-walker',
    'DIRTY',
  ],
  [
    'no announcement of the flush',
    'atomic_inc(&mm->tlb_flush_pending);',
    ';',
    'as-dirty/two-callers-without-lock',
    'DIRTY',
  ],
  ['one announcement too many is asked for', '> 1;', '> 2;', 'as-dirty/two-callers-without-lock', 'DIRTY'],
  [
    'a plain store of a huge entry',
    `while (${WRPROTECT.replaceAll('ptep', 'pmdp').replaceAll('pte', 'pmd')})\n\t\tcpu_relax();`,
    'WRITE_ONCE(*pmdp, pmd_wrprotect(__pmd(old)));',
    'hugetlb/contig-wrprotect',
    'DIRTY',
  ],
  [
    'a clear that clears nothing',
    'WRITE_ONCE(*ptep, __pte(0));',
    'ptep_get(ptep);',
    'contpte/clear-one',
    'UAF',
  ],
  [
    'a batch that skips every second entry',
    'ptep_set_wrprotect(mm, addr, ptep++);',
    'ptep_set_wrprotect(mm, addr, ptep++), ptep += nr > 0, nr -= nr > 0;',
    'contpte/wrprotect-batch',
    'PERM',
  ],
  [
    'a flush without the clear',
    'ptep_get_and_clear(vma->vm_mm, addr, ptep);\n\n\tif (pte_present',
    'ptep_get(ptep);\n\n\tif (pte_present',
    'contpte/reclaim-one',
    'UAF',
  ],
  [
    'a huge entry is set clean',
    'WRITE_ONCE(*pmdp, pmd);',
    'WRITE_ONCE(*pmdp, pmd_mkclean(pmd));',
    'hugetlb/protect-then-store',
    'DIRTY',
  ],
];

/** Edits that change nothing an invariant speaks of, and why. */
const HARMLESS: readonly (readonly [what: string, from: string, to: string, race: string, why: string])[] = [
  [
    'no flush after young',
    'if (young)\n\t\tflush_tlb_page(vma, addr);',
    ';',
    'access-flags/test-and-clear-young',
    'a stale young bit delays reclaim and loses nothing; x86 leaves the flush out itself',
  ],
  [
    'a reversed answer about young',
    'return pte_young(old);',
    'return !pte_young(old);',
    'access-flags/test-and-clear-young',
    'the answer only decides which page reclaim tries first',
  ],
];

const edited = (from: string, to: string, race: string) => {
  expect(TEXT.split(from).length).toBeGreaterThan(1);
  const scenario = CATALOGUE.scenarios.find(({ id }) => id === race);
  expect(scenario?.id).toBe(race);
  const [cell] = cellsOf(withText(scenario as Scenario, TEXT.replace(from, to)));
  return cell as NonNullable<typeof cell>;
};

describe('an edit in one place', () => {
  it('is tried at twenty', () => expect(EDITS).toHaveLength(20));

  it.each(EDITS)('%s', async (_what, from, to, race, breaks) => {
    const { verdict, invariant, trace } = await runCell(edited(from, to, race));
    expect(`${verdict} ${invariant}`).toBe(`violates ${breaks}`);
    expect(trace?.events.some(({ at }) => at?.file === 'operations.c')).toBe(true);
  });

  it.each(HARMLESS)('%s is harmless', async (_what, from, to, race, why) => {
    expect((await runCell(edited(from, to, race))).verdict, why).toBe('holds');
  });

  it('a missing lock breaks where faults of software take it, with the line of C', async () => {
    const text = readFileSync(new URL('../../../docs/examples/c/lost-dirty.c', import.meta.url), 'utf8');
    const { scenario } = readRace(text.replace(/\tspin_(un)?lock\(ptl\);\n/g, ''), 'lost-dirty.c');
    const variant = 'mutant:read-then-clear';
    const [cell] = plan(
      CATALOGUE.archs.filter(({ id }) => id === 'sw-dirty'),
      [scenario],
      { variant },
    ).cells;
    const { verdict, invariant, trace } = await runCell(cell as NonNullable<typeof cell>);
    expect(`${verdict} ${invariant}`).toBe('violates DIRTY');
    expect(trace?.events.some(({ at }) => at?.file === 'lost-dirty.c')).toBe(true);
  });
});
