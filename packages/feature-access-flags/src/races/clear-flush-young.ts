import { REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { aging, type ClearYoung, clearFlush, invalidateNosync, readThenStore } from '../agents/aging.js';
import { writer } from '../agents/writer.js';
import { type Mapping, mapping } from '../setup.js';

const readThenStoreAndFlush: ClearYoung = function* (m, s) {
  const young = yield* readThenStore(m, s);
  if (young) yield* invalidateNosync(m, s);
  return young;
};

/** Seed 000 (f), as upstream: an invalidation that nobody waits for. */
export const clearFlushYoung: Scenario = defineScenario<Mapping>({
  id: 'access-flags/clear-flush-young',
  title: 'Clearing the access flag with an invalidation that nobody waits for',
  source:
    'ptep_clear_flush_young() of the contpte series, November 2023 (seed 004): the flush split so that its trailing barrier can be left out',
  about:
    'After the access flag is cleared, a CPU that still has the translation uses the page without setting the flag again. The invalidation limits how long; whether it is complete when the function returns matters little, because all that can be lost is one round of aging. So arm64 issues it and does not wait, and the series splits the flush in two to allow that for a block. What may not be lost is a store. The machine checks exactly this: dirty survives, with the barrier left out.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapping(w, { young: true }),
  agents: { aging: aging(clearFlush), user: writer },
  mutants: {
    'read-then-store': {
      what: 'the access flag is cleared by a read and a plain store',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two, and the store takes it back',
      unless: REASONS.softwareDirty,
      agents: { aging: aging(readThenStoreAndFlush) },
    },
  },
});
