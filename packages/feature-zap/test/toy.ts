/** Two small architectures: entries in halves with flushes that interrupt, and whole entries with broadcasts. */

import { X86StyleOps, x86StyleSpec } from '@racewalk/arch-x86';
import {
  type ArchPlugin,
  defineArch,
  type HalvesAccess,
  type Mm,
  type Ptep,
  type PteWord,
  pteWord,
  type Vaddr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/** Clears low, high; reads low, high, low. */
class HalvesOps extends X86StyleOps {
  override *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* (this.m.entries as HalvesAccess).clearHalves(ptep, 'pteClear');
  }

  override *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    const halves = this.m.entries as HalvesAccess;
    let low = yield* halves.readLow(ptep, 'ptep_get_lockless');
    for (;;) {
      const high = yield* halves.readHigh(ptep, 'ptep_get_lockless');
      const again = yield* halves.readLow(ptep, 'ptep_get_lockless');
      if (again === low) return pteWord(low, high);
      low = again;
    }
  }
}

/** Entries in two halves. */
export const halves: ArchPlugin = defineArch({
  ...x86StyleSpec({ pae: true }),
  memory: 'sc',
  id: 'halves',
  title: 'Toy with entries in halves',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush', 'splitEntries'],
  ops: (m) => new HalvesOps(m),
  omits: ['everything but what these tests need'],
});

/** Whole entries, and flushes that interrupt nobody. */
export const broadcast: ArchPlugin = defineArch({
  ...x86StyleSpec(),
  memory: 'sc',
  id: 'broadcast',
  title: 'Toy with broadcast invalidation',
  capabilities: ['hwAccess', 'hwDirty', 'broadcastTlbi', 'uffdWp'],
  ops: (m) => new X86StyleOps(m),
  omits: ['everything but what these tests need'],
});
