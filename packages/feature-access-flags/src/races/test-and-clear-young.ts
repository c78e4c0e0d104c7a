import { REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { aging, readThenStore, testAndClear } from '../agents/aging.js';
import { writer } from '../agents/writer.js';
import { type Mapping, mapping } from '../setup.js';

/** Seed 000 (f): the access flag is cleared while the hardware sets dirty. */
export const testAndClearYoung: Scenario = defineScenario<Mapping>({
  id: 'access-flags/test-and-clear-young',
  title: 'Clearing the access flag of a folded block while the hardware sets dirty',
  source:
    'ptep_test_and_clear_young() of the contpte series, November 2023 (seeds 000 and 004); read-modify-write of live entries, Linux 2.4 (2001)',
  about:
    'Page aging clears the access flag of a page. In a folded block it clears the flag of every entry, because the hardware may have set any of them. Can this lose a store? Losing the access flag is harmless: a page in use looks idle for one round. But dirty is in the same word, so the read and the change must be one atomic step. A separate read and store would be right for young alone, so the bug is easy to write. The machine finds the lost store wherever hardware sets dirty, and only there.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapping(w, { young: true }),
  agents: { aging: aging(testAndClear), user: writer },
  linux: { '6.12': 'upstream' },
  mutants: {
    'read-then-store': {
      what: 'the access flag is cleared by a read and a plain store',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two, and the store takes it back',
      unless: REASONS.softwareDirty,
      agents: { aging: aging(readThenStore) },
    },
  },
});
