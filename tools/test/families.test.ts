import { CATALOGUE } from '@racewalk/cli';
import { plan } from '@racewalk/conformance';
import { expect, it } from 'vitest';

/** Family of a race: the first part of its id; `gup` races live with `zap`. */
const familyOf = (id: string) => id.split('/')[0]?.replace('gup', 'zap') ?? id;

it('every invariant that a family watches is broken by at least one of its mutants', () => {
  const watched = new Set(
    CATALOGUE.scenarios.flatMap((s) => s.invariants.map((code) => `${familyOf(s.id)}: ${code}`)),
  );
  for (const cell of plan(CATALOGUE.archs, CATALOGUE.scenarios).cells) {
    if (!cell.expected.startsWith('violates:')) continue;
    // Several, where any of them may be found first.
    const codes = cell.expected.slice('violates:'.length).split('|');
    for (const code of codes) watched.delete(`${familyOf(cell.test)}: ${code}`);
  }
  expect([...watched]).toEqual([]);
});
