import { assertCell, plan, raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { flatToy as flat, blockToy as toy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { catalogueRaces, ENTRIES } from '../src/index.js';

/** Races whose bug needs what no toy has: dirty kept twice, flags that only software sets, a swap entry without the bit of the mark, a mark for device memory, translations that refuse, walks that begin early, permissions above a table, both stages in one translation, invalid entries that are cached. The matrix shows that they bite. */
const NOT_ON_TOYS: readonly string[] = [
  'entries/mkclean-lazyfree',
  'entries/mkdirty-fault',
  'hugetlb/move-migration',
  'hugetlb/protect-then-store',
  'hugetlb/upgrade',
  'kernel/map-then-load',
  'kvm/combined-stages',
  'levels/move-device-leaf',
  'reports/demand-fault',
  'tables/kernel-half',
  'tables/read-only-above',
];

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: Object.freeze(catalogueRaces.filter(({ id }) => !NOT_ON_TOYS.includes(id))),
  source: /./,
  toy: [toy, { ...toy, memory: 'weak' }],
  flat,
});

describe.each([toy, flat])('on $id', (arch) => {
  const { cells } = plan([arch], catalogueRaces);
  it.each(cells.map((cell) => [`${cell.test} ${cell.variant}`, cell] as const))('%s', async (_name, cell) => {
    const result = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
    if (cell.expected !== 'not-applicable') expect(result.executions).toBeGreaterThan(0);
  });
});

it('every race here decides an entry', () => {
  const named = ENTRIES.flatMap(({ decidedBy }) => decidedBy.map(({ test }) => test));
  for (const { id } of catalogueRaces) expect(named).toContain(id);
});
