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
    'After the access flag is cleared, a CPU with a cached translation uses the page without setting the flag again. Does the invalidation have to be complete when the function returns? No: at worst one round of aging is lost. So arm64 issues the invalidation and does not wait, and the series splits the flush in two to allow the same for a block. A store must not be lost. The machine checks exactly this: dirty survives without the barrier.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapping(w, { young: true }),
  agents: { aging: aging(clearFlush), user: writer },
  linux: { '6.12': 'upstream' },
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
