/**
 * Operations in C, written afresh, in place of those in TypeScript: in every race that is run here they come to the same
 * verdict, and a mistake in one place is caught, with its line in the counterexample.
 */
import { readFileSync } from 'node:fs';
import { plan, runCell } from '@racewalk/conformance/matrix';
import { loadC, readFunctions } from '@racewalk/kernel-c';
import type { Mutant, Scenario } from '@racewalk/machine';
import { beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

const TEXT = readFileSync(new URL('./c/operations.c', import.meta.url), 'utf8');
/** The bodies are those of hardware that changes entries by itself, without blocks and without split entries. */
const archs = CATALOGUE.archs.filter((arch) => arch.id === 'x86-64');
const RACES = /^(zap|mremap|access-flags|fork-batch|reclaim)\//;

beforeAll(() => loadC());

/** A race whose only mutant is the text: the verdict of its operations in place of ours. */
function withText(scenario: Scenario, text: string): Scenario {
  const { patch } = readFunctions(text, 'operations.c');
  const c: Mutant<unknown> = { what: 'C', breaks: 'LIVE', why: '', unless: () => 'as in TypeScript', patch };
  return { ...scenario, mutants: { c } };
}

const cellsOf = (scenario: Scenario, variant: string) =>
  plan(archs, [scenario], { variant }).cells.filter((cell) => cell.expected !== 'not-applicable');

describe('operations in C', () => {
  it('are at least thirty', () =>
    expect(readFunctions(TEXT, 'operations.c').replaced.length).toBeGreaterThan(29));

  const races = CATALOGUE.scenarios.filter(({ id }) => RACES.test(id));

  it.each(races.map((race) => [race.id, race] as const))('%s has the same verdict', async (_id, race) => {
    const changed = withText(race, TEXT);
    for (const variant of ['upstream', 'mutant:c'])
      for (const cell of cellsOf(changed, variant)) {
        const { verdict, detail } = await runCell(cell);
        expect(`${variant} ${verdict} ${detail ?? ''}`.trim()).toBe(`${variant} holds`);
      }
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
  ['a reversed test', FLUSH, FLUSH.replace('pte_present', '!pte_present'), 'contpte/reclaim-one', 'STALE'],
  ['a dropped flush', FLUSH, ';', 'contpte/reclaim-one', 'STALE'],
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
];

describe('an edit in one place', () => {
  it.each(EDITS)('%s', async (_what, from, to, race, breaks) => {
    expect(TEXT.split(from).length).toBeGreaterThan(1);
    const scenario = CATALOGUE.scenarios.find(({ id }) => id === race);
    expect(scenario?.id).toBe(race);
    const [cell] = cellsOf(withText(scenario as Scenario, TEXT.replace(from, to)), 'mutant:c');
    const { verdict, invariant, trace } = await runCell(cell as NonNullable<typeof cell>);
    expect(`${verdict} ${invariant}`).toBe(`violates ${breaks}`);
    expect(trace?.events.some(({ at }) => at?.file === 'operations.c')).toBe(true);
  });
});
