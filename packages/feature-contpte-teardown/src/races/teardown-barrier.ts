import { type ArchReason, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';
import { NO_BLOCK_TRANSLATIONS } from '../less.js';
import { AS_POSTED } from '../ops/as-posted.js';

/** Why the reads come after the exchange without a barrier. */
const readsComeLater: ArchReason = (arch) =>
  REASONS.loadsInOrder(arch) ??
  (arch.relaxedExchanges === true ? null : 'the exchange that empties an entry is a full barrier itself');

/** What the proposal of seed 000 needs where an exchange orders nothing. */
export const teardownBarrier: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-barrier',
  title: 'The other entries of a block are read before others see that one is empty',
  source:
    'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): the proposal; __ptep_get_and_clear(), arch/arm64/include/asm/pgtable.h, Linux 6.12: xchg_relaxed()',
  about:
    'The proposal empties one entry and then reads the others, because a walk that began at the entry may have recorded a store in any of them. Do the reads come after the clear? On arm64 the exchange orders nothing: another entry may be read first, and a walk that still finds the cleared entry records a store there afterwards. The page of the cleared entry is reported clean. A full barrier between the two repairs it. Where the exchange is a full barrier itself, as on RISC-V, none is needed.',
  invariants: ['DIRTY'],
  params: { block: 2 },
  memory: 'weak',
  needs: ['contPte', 'hwDirty'],
  less: [NO_BLOCK_TRANSLATIONS],
  setup: (w) => mapBlock(w),
  agents: { zap: teardown(), user: writer() },
  mutants: {
    'no-barrier': {
      what: 'no barrier stands between the exchange and the reads, as in the thread',
      breaks: 'DIRTY',
      why: 'an entry is read before the clear is seen: a walk records a store there that no call returns for its page',
      unless: readsComeLater,
      patch: AS_POSTED,
    },
  },
});
