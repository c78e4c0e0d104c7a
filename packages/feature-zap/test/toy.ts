/** Two small architectures: entries in halves with flushes that interrupt, and whole entries with broadcasts. */

import {
  type ArchPlugin,
  AtomicPmdOps,
  bit,
  defineArch,
  type EntryMachine,
  type HalvesAccess,
  type Mm,
  type Ptep,
  type PteWord,
  pteOr,
  pteWord,
  type Vaddr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { FlatOps, flatSpec, trackingSpec } from '@racewalk/toys';

function* lowHighLow(m: EntryMachine, ptep: Ptep): Step<PteWord> {
  const halves = m.entries as HalvesAccess;
  let low = yield* halves.readLow(ptep);
  for (;;) {
    const high = yield* halves.readHigh(ptep);
    const again = yield* halves.readLow(ptep);
    if (again === low) return pteWord(low, high);
    low = again;
  }
}

/** Clears low, high; reads low, high, low. */
class HalvesOps extends FlatOps {
  override *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* (this.m.entries as HalvesAccess).clearHalves(ptep);
  }

  override *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    return yield* lowHighLow(this.m, ptep);
  }
}

const { layout, values } = flatSpec;

/** The same one level up, but that `set_pmd` is one exchange. */
class HalvesPmdOps extends AtomicPmdOps {
  override *setPmdAt(_mm: Mm, _addr: Vaddr, pmdp: Ptep, pmd: PteWord): Step<void> {
    yield* this.m.entries.xchg(pmdp, pmd);
  }

  override *pmdpGetLockless(pmdp: Ptep): Step<PteWord> {
    return yield* lowHighLow(this.m, pmdp);
  }
}

/** In the upper half of every entry that maps, so that the upper half of an empty one belongs to none of them. */
const NX = bit(63);

/** Entries in two halves. */
export const halves: ArchPlugin = defineArch({
  ...flatSpec,
  layout: {
    ...layout,
    fields: [...layout.fields, { name: 'NX', lo: 63, hi: 63, means: 'no execution', source: 'toy' }],
    // Type and offset in different halves: a mixture of two names a slot that nobody uses.
    swap: { ...layout.swap, type: [52, 56] },
  },
  values: { ...values, mkProt: (prot) => pteOr(values.mkProt(prot), NX) },
  id: 'halves',
  title: 'Toy with entries in halves',
  capabilities: ['walkCaches', 'hwAccess', 'hwDirty', 'ipiFlush', 'splitEntries'],
  ops: (m) => new HalvesOps(m),
  pmdOps: (m, level) => new HalvesPmdOps(m, level),
});

/** Whole entries, and flushes that interrupt nobody. */
export const broadcast: ArchPlugin = defineArch({
  ...trackingSpec,
  id: 'broadcast',
  title: 'Toy with broadcast invalidation',
  capabilities: ['walkCaches', 'hwAccess', 'hwDirty', 'broadcastTlbi', 'uffdWp'],
});
