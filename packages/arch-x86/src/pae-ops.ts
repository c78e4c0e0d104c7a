/**
 * Where PAE differs: plain accesses move an entry in two halves. Locked 8-byte instructions and the
 * walker see it whole.
 */

import {
  type EntryMachine,
  type HalvesAccess,
  type Mm,
  type Ptep,
  type PteWord,
  pteWord,
  RacewalkError,
  type Vaddr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { X86StyleOps } from './x86-style/ops.js';
import { X86StylePmdOps } from './x86-style/pmd-ops.js';

/** The half-wide accesses of a machine whose entries are split. */
export function halvesOf(m: EntryMachine): HalvesAccess {
  const { entries } = m;
  if (!('clearHalves' in entries)) {
    throw new RacewalkError('RACEWALK_BAD_PLUGIN', 'PAE operations on entries that are not split', {
      expected: 'a plug-in with the capability splitEntries',
    });
  }
  return entries as HalvesAccess;
}

/**
 * Low, high, low again: if the low half did not change, the high half belongs to it. That is so because
 * a low half that was emptied does not come back while the reader keeps interrupts off and a flush has
 * to interrupt it. The barriers are the generic `ptep_get_lockless()`'s. (include/linux/pgtable.h, CONFIG_GUP_GET_PXX_LOW_HIGH)
 */
function* lowHighLow(m: EntryMachine, ptep: Ptep): Step<PteWord> {
  const halves = halvesOf(m);
  let low = yield* halves.readLow(ptep);
  for (;;) {
    yield* halves.smpRmb();
    const high = yield* halves.readHigh(ptep);
    yield* halves.smpRmb();
    const again = yield* halves.readLow(ptep);
    if (again === low) return pteWord(low, high);
    low = again;
  }
}

/**
 * Stores go high, low (`writeOnce` does), because the present bit is in the low half. Exchanges take
 * both halves at once. (arch/x86/include/asm/pgtable-3level.h, Linux 6.12)
 */
export class PaeOps extends X86StyleOps {
  /** Low half first: from then on nobody uses the high one. @kernel native_pte_clear */
  override *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* halvesOf(this.m).clearHalves(ptep);
  }

  override *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    return yield* lowHighLow(this.m, ptep);
  }
}

/**
 * The same one level up, but that `set_pmd` is an 8-byte exchange: the walker of another CPU may be
 * on its way through a live leaf.
 */
export class PaePmdOps extends X86StylePmdOps {
  override *setPmdAt(_mm: Mm, _addr: Vaddr, pmdp: Ptep, pmd: PteWord): Step<void> {
    yield* this.m.entries.xchg(pmdp, pmd);
  }

  /** Low half first. @kernel native_pmd_clear */
  override *pmdClear(pmdp: Ptep): Step<void> {
    yield* halvesOf(this.m).clearHalves(pmdp);
  }

  override *pmdpGetLockless(pmdp: Ptep): Step<PteWord> {
    return yield* lowHighLow(this.m, pmdp);
  }
}
