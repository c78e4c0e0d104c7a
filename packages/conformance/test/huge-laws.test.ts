/** Operations on huge pages with one fault each: the law of the row has to find it. */

import {
  type ArchPlugin,
  AtomicPmdOps,
  ContHugePteOps,
  type ContractRow,
  defineArch,
  type EntryMachine,
  GenericHugePteOps,
  GenericPmdOps,
  HUGE_PTE_OPS,
  PMD_ONLY_OPS,
  PMD_OPS,
  PTE_ZERO,
  type PteWord,
  pudName,
} from '@racewalk/core';
import { flatSpec, exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { CONTRACT, exampleSamples } from '../src/index.js';

/** Hardware that sets access and dirty, and leaves two levels up. */
const flat = defineArch({
  ...flatSpec,
  id: 'flat',
  title: 'Toy without blocks',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush', 'pudLeaf', 'pudThp', 'hugePfnmap', 'thpMigration'],
});

/** The same in two halves: plain accesses take two steps. */
const split = defineArch({
  ...flatSpec,
  id: 'split',
  title: 'Toy with entries in two halves',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush', 'splitEntries'],
});

function rowOf(op: string): ContractRow {
  const row = CONTRACT.find((r) => r.op === op);
  if (row === undefined) throw new Error(`no row ${op}`);
  return row;
}

/** What the law of a row has to say against a plug-in, or null. */
function complaint(arch: ArchPlugin, op: string): string | null {
  const { law } = rowOf(op);
  if (law === 'generic') throw new Error(`${op} is compared with its generic body`);
  for (const sample of exampleSamples(arch)) {
    const found = law(arch, sample);
    if (found !== null) return found;
  }
  return null;
}

const withPmd = (
  arch: ArchPlugin,
  make: (m: EntryMachine, level: 'pmd' | 'pud') => GenericPmdOps,
): ArchPlugin => ({
  ...arch,
  pmdOps: make,
});

describe('the laws of huge pages in memory', () => {
  it('hold for operations that exchange', () => {
    for (const arch of [flat, toyArch()]) {
      for (const { op, level, needs } of CONTRACT) {
        if (!['PMD entry', 'PUD entry', 'HugeTLB entry'].includes(level) || !arch.has(...(needs ?? [])))
          continue;
        expect([arch.id, op, complaint(arch, op)]).toEqual([arch.id, op, null]);
      }
    }
  });

  it('find every operation that does nothing', () => {
    const idle = <T extends object>(ops: T, name: string): T =>
      Object.assign(ops, {
        // biome-ignore lint/correctness/useYield: an operation that takes no step
        *[name]() {
          return PTE_ZERO;
        },
      });
    const silent: string[] = [];
    for (const name of PMD_OPS) {
      const broken = withPmd(flat, (m, level) => idle(new AtomicPmdOps(m, level), name));
      if (complaint(broken, name) === null) silent.push(name);
      if ((PMD_ONLY_OPS as readonly string[]).includes(name)) continue;
      if (complaint(broken, pudName(name)) === null) silent.push(pudName(name));
    }
    for (const name of HUGE_PTE_OPS) {
      const broken = {
        ...flat,
        hugeOps: (m: EntryMachine) => idle(new GenericHugePteOps(m), name),
      };
      if (complaint(broken, name) === null) silent.push(name);
    }
    expect(silent).toEqual([]);
  });

  it('find bodies that read and then write where the hardware sets bits', () => {
    const generic = withPmd(flat, (m, level) => new GenericPmdOps(m, level));
    const lost = 'a store that went through is remembered';
    for (const op of [
      'pmdpGetAndClear',
      'pmdpHugeGetAndClearFull',
      'pmdpHugeClearFlush',
      'pmdpTestAndClearYoung',
      'pmdpSetWrprotect',
      'pmdpEstablish',
      'pmdpInvalidate',
      'pudpHugeGetAndClear',
      'pudpSetWrprotect',
      'hugePtepGetAndClear',
      'hugePtepSetWrprotect',
      'hugePtepModifyProtCommit',
    ]) {
      expect([op, complaint(generic, op)]).toEqual([op, expect.stringContaining(lost)]);
      expect([op, complaint(generic, op)]).toEqual([
        op,
        expect.stringMatching(/a walk for a store before step [1-9]/),
      ]);
    }
  });

  it('find flags that are stored over what the hardware has set', () => {
    const broken = withPmd(flat, (m, level) => new GenericPmdOps(m, level));
    expect(complaint(broken, 'pmdpSetAccessFlags')).toContain('a store that went through is remembered');
  });

  it('find a write-protect that forgets dirty', () => {
    class Forgets extends AtomicPmdOps {
      override *pmdpSetWrprotect(...[, , pmdp]: Parameters<GenericPmdOps['pmdpSetWrprotect']>) {
        const { p } = this;
        yield* this.m.entries.update(pmdp, (pmd) => p.pmdMkclean(p.pmdWrprotect(pmd)));
      }
    }
    const broken = withPmd(flat, (m, level) => new Forgets(m, level));
    expect(complaint(broken, 'pmdpSetWrprotect')).toMatch(/dirty is kept|is remembered/);
  });

  it('find a flush that was left out', () => {
    class Lazy extends AtomicPmdOps {
      protected override *flush() {}
      override *pmdpCollapseFlush(vma: never, addr: number, pmdp: never) {
        return yield* this.pmdpGetAndClear((vma as { mm: never }).mm, addr, pmdp);
      }
    }
    const broken = withPmd(flat, (m, level) => new Lazy(m, level));
    expect(complaint(broken, 'pmdpHugeClearFlush')).toContain('no TLB has the page');
    expect(complaint(broken, 'pmdpClearFlushYoung')).toContain('if it was young no TLB has the page');
    expect(complaint(broken, 'pmdpInvalidate')).toContain('no TLB has the page');
    expect(complaint(broken, 'pmdpCollapseFlush')).toContain('no TLB has a page of the table');
  });

  it('find an invalidation that leaves the entry to the hardware', () => {
    class Valid extends AtomicPmdOps {
      override *pmdpInvalidate(vma: never, addr: number, pmdp: never) {
        const old: PteWord = yield* this.pmdpGet(pmdp);
        yield* this.flush(vma, addr);
        return old;
      }
    }
    const broken = withPmd(flat, (m, level) => new Valid(m, level));
    expect(complaint(broken, 'pmdpInvalidate')).toContain('the hardware may not use it');
  });

  it('find a read in two halves that takes parts of two entries', () => {
    expect(complaint(split, 'pmdpGetLockless')).toContain('not parts of two');
    expect(complaint(split, 'pmdClear')).toContain('no walk finds half an entry');
    expect(complaint(split, 'pmdpGet')).toBeNull();
  });

  it('find a huge mapping put over a table', () => {
    class Careless extends AtomicPmdOps {
      override *pmdClearHuge(pmdp: never) {
        yield* this.pmdClear(pmdp);
        return true;
      }
    }
    const broken = withPmd(flat, (m, level) => new Careless(m, level));
    expect(complaint(broken, 'pmdClearHuge')).toContain('a table is no huge page');
    expect(complaint(broken, 'pudClearHuge')).toContain('a table is no huge page');
  });

  it('find hugetlb operations that know nothing of pages of several entries', () => {
    const broken = { ...toyArch(), hugeOps: (m: EntryMachine) => new GenericHugePteOps(m) };
    for (const op of HUGE_PTE_OPS.filter((name) => name !== 'hugePtepGet')) {
      expect([op, complaint(broken, op)]).toEqual([
        op,
        expect.stringMatching(/for a page of 2 entries$|one contiguous block/),
      ]);
    }
    class FirstOnly extends ContHugePteOps {
      override *hugePtepSetWrprotect(
        ...[mm, addr, ptep]: Parameters<GenericHugePteOps['hugePtepSetWrprotect']>
      ) {
        const pte = yield* this.hugePtepGetAndClear(mm, addr, ptep, 4096);
        yield* this.setHugePteAt(mm, addr, ptep, this.m.v.pteWrprotect(pte), 4096);
      }
    }
    expect(
      complaint({ ...toyArch(), hugeOps: (m) => new FirstOnly(m) }, 'hugePtepSetWrprotect'),
    ).not.toBeNull();
  });
});
