/** A law about an operation on huge pages names the operation, the bits, and the hardware's part. */
import { GenericPmdOps, type Mm, type Ptep, type Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { toyArch } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { CONTRACT } from '../src/index.js';
import { tryValueLaw } from '../src/laws/values.js';

/** Reads and then writes, so that a store in between is forgotten. */
class ForgetsStores extends GenericPmdOps {
  override *pmdpSetWrprotect(_mm: Mm, _addr: Vaddr, pmdp: Ptep): Step<void> {
    const old = yield* this.m.entries.readOnce(pmdp);
    yield* this.m.entries.writeOnce(pmdp, this.m.p.pmdWrprotect(old));
  }
}

it('in lines', () => {
  const row = CONTRACT.find(({ op }) => op === 'pmdpSetWrprotect');
  if (row === undefined) throw new Error('no such row');
  const arch = toyArch({ pmdOps: (m, level) => new ForgetsStores(m, level) });
  expect(() => tryValueLaw(arch, row, { runs: 50 })).toThrowErrorMatchingInlineSnapshot(`
    [RacewalkError: toy pmdpSetWrprotect (pmdp_set_wrprotect) does not do what it promises: "forbids stores and loses no dirty state; no flush": not so: a store that went through is remembered (a walk for a store before step 1) (seed 1, trial 1)
      before  0x0000000000001083  0x1 rw clean old
      after   0x0000000000001081  0x1 ro clean old
         bits  field  before  after
        47:12  PFN       0x1    0x1    frame
            7  LEAF        1      1    huge page
            1  W           1      0  * writable
            0  V           1      1    valid
      its steps: pmdp_set_wrprotect pmd[1]; the hardware walks pmd[1] for a store; pmdp_set_wrprotect pmd[1]
      smallest input:
        pte       0x0000000000001003  0x1 rw clean old  [PFN=0x1 W V]
        other     0x0000000000000010  0x0 ro clean old protnone  [NONE]]
  `);
});
