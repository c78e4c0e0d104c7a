import { readFileSync } from 'node:fs';
import { ENTRIES } from '@racewalk/catalogue';
import { CATALOGUE } from '@racewalk/cli';
import { describe, expect, it } from 'vitest';
import { cataloguePage, PAGE, pinned, verdictOf } from '../docs/catalogue-page.mjs';

const archs = CATALOGUE.archs;
const verdicts = pinned('verdicts.txt');

describe('docs/catalogue.md', () => {
  it('is what the entries and the pinned verdicts say (npm run docs:catalogue rewrites it)', () => {
    const ids = archs.map(({ id }) => id);
    expect(readFileSync(PAGE, 'utf8')).toBe(cataloguePage(ENTRIES, ids, verdicts, pinned('executions.txt')));
  });

  it('has every historical race once, and the reports that were shared', () => {
    const count = (part: string) => ENTRIES.filter(({ id }) => id.startsWith(part)).length;
    expect(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'r'].map(count)).toEqual([
      16, 12, 10, 5, 12, 11, 21, 13, 11,
    ]);
    expect(new Set(ENTRIES.flatMap(({ id, name }) => [id, name])).size).toBe(2 * ENTRIES.length);
  });
});

describe.each(ENTRIES.filter((e) => e.decidedBy.length > 0).map((e) => [e.id, e] as const))(
  '%s',
  (_id, entry) => {
    it('is decided by races that exist, whose bug breaks what the entry breaks', () => {
      for (const { test, broken } of entry.decidedBy) {
        const scenario = CATALOGUE.scenarios.find(({ id }) => id === test);
        expect(scenario, test).toBeDefined();
        expect(broken.length).toBeGreaterThan(0);
        for (const name of broken) {
          const said = archs.map(({ id }) => verdicts.get(`${test} mutant:${name} ${id}`));
          expect(said, `${test} ${name}`).not.toContain(undefined);
          expect(
            said.some((v) => v?.startsWith('violates:')),
            `${test} ${name} breaks somewhere`,
          ).toBe(true);
        }
      }
      const codes = new Set(
        entry.decidedBy.flatMap(({ test, broken }) =>
          broken.flatMap((name) =>
            archs.map(({ id }) => verdicts.get(`${test} mutant:${name} ${id}`)?.split(':')[1]),
          ),
        ),
      );
      expect(entry.breaks.some((code) => codes.has(code))).toBe(true);
    });

    it('holds repaired everywhere, and breaks exactly where the capabilities say', () => {
      for (const arch of archs) {
        for (const { test } of entry.decidedBy)
          expect(['holds', 'not-applicable'], `${test} ${arch.id}`).toContain(
            verdicts.get(`${test} upstream ${arch.id}`),
          );
        const breaks = verdictOf(entry, arch.id, verdicts) === '✗';
        const { needs } = entry;
        if (needs === 'weak') expect([arch.id, breaks]).toEqual([arch.id, arch.memory !== 'tso']);
        else if (needs !== 'encoding' && needs !== 'protocol')
          expect([arch.id, breaks]).toEqual([arch.id, needs.some((all) => arch.has(...all))]);
      }
    });
  },
);

it('says why, where nothing decides an entry', () => {
  const silent = ENTRIES.filter((e) => e.decidedBy.length === 0 && e.open === undefined);
  expect(silent.map(({ id }) => id)).toEqual([]);
});
