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
    'Page aging clears the access flag of a page; in a folded block of all its entries, because the hardware may have set any. Losing the flag is harmless: a page in use looks idle for one round. But dirty stands in the same word, so the change must be made in one step with the look. A read and a store would also be right for young alone, which is why the bug is easy to write. The machine finds the lost store wherever hardware sets dirty, and only there.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapping(w, { young: true }),
  agents: { aging: aging(testAndClear), user: writer },
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
