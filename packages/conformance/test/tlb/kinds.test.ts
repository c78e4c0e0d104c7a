/** What a TLB may do, kind by kind: each is found where the hardware does it, and not where it does not. */
import { addrOf, ptepOf } from '@racewalk/core';
import { type Step, write } from '@racewalk/core/step';
import { type Machine, UserCpu } from '@racewalk/machine';
import { freePage } from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { blocks, plain } from './arch.js';
import { on, type Pages, remap, report, unmap, verdict, waitFor } from './race.js';

const ALONE = ['speculativeFill'] as const;

/** Remaps once somebody has loaded, then says so; no flush. */
const change = on(0, 'kernel', function* (m, s) {
  yield* waitFor(s.first);
  yield* remap(m, s);
  yield* write(s.second, 1);
});

function* loads(m: Machine, s: Pages): Step<void> {
  yield* new UserCpu(m, s.vma).load(0);
  yield* write(s.first, 1);
}

/** Loads when the change is over; reports the old page. */
function* loadsAgain(m: Machine, s: Pages): Step<void> {
  yield* waitFor(s.second);
  if ((yield* new UserCpu(m, s.vma).loadValue(0)) === 1)
    yield* report(s.first, 'the old page, although another was mapped long ago');
}

describe('a translation belongs to the CPU', () => {
  // No fill but by accesses: whoever filled it, all agents of the CPU have it.
  const arch = plain(ALONE);

  it('whichever object of an agent filled it', () => {
    const user = on(1, 'user', function* (m, s) {
      yield* loads(m, s);
      yield* loadsAgain(m, s);
    });
    expect(verdict(arch, { change, user }, ['COH'])).toBe('COH');
  });

  it('whichever agent filled it, also at the first access of another', () => {
    expect(verdict(arch, { change, a: on(1, 'user', loads), b: on(1, 'user', loadsAgain) }, ['COH'])).toBe(
      'COH',
    );
  });

  it('and to no other CPU', () => {
    expect(verdict(arch, { change, a: on(1, 'user', loads), b: on(2, 'user', loadsAgain) }, ['COH'])).toBe(
      'holds',
    );
  });

  it('whether user code or the kernel accessed the memory', () => {
    function* copies(m: Machine, s: Pages): Step<void> {
      yield* waitFor(s.second);
      const copied = yield* m.k.copyFromUser(s.vma, addrOf(s.vma.start));
      if (copied === 1) yield* report(s.first, 'the old page is copied');
    }
    expect(verdict(arch, { change, a: on(1, 'user', loads), k: on(1, 'kernel', copies) }, ['COH'])).toBe(
      'COH',
    );
    function* fills(m: Machine, s: Pages): Step<void> {
      yield* m.k.copyFromUser(s.vma, addrOf(s.vma.start));
      yield* write(s.first, 1);
    }
    expect(verdict(arch, { change, k: on(1, 'kernel', fills), b: on(1, 'user', loadsAgain) }, ['COH'])).toBe(
      'COH',
    );
  });

  it('so that a store of the kernel can reach a page that was freed', () => {
    const frees = on(0, 'kernel', function* (m, s) {
      yield* unmap(m, s);
      for (const frame of s.old.frames) yield* freePage(m, frame);
    });
    const k = on(1, 'kernel', function* (m, s) {
      yield* m.k.copyToUser(s.vma, addrOf(s.vma.start), 7);
    });
    expect(verdict(arch, { frees, k }, ['UAF'], { write: true })).toBe('UAF');
  });
});

describe('several translations of one page', () => {
  const flushes = on(0, 'kernel', function* (m, s) {
    yield* remap(m, s);
    yield* m.tlb.flushTlbPage(s.vma, addrOf(s.vma.start));
  });
  const newThenOld = on(1, 'user', function* (m, s) {
    const cpu = new UserCpu(m, s.vma);
    yield* cpu.load(0);
    const [one, two] = [yield* cpu.loadValue(0), yield* cpu.loadValue(0)];
    if (one === 2 && two === 1) yield* report(s.first, 'the new page, then the old one');
  });

  it('answer in any order until they are invalidated', () => {
    expect(verdict(plain(), { flushes, user: newThenOld }, ['COH'])).toBe('COH');
  });

  it('are one where the architecture says so', () => {
    expect(verdict(plain(['severalTranslations']), { flushes, user: newThenOld }, ['COH'])).toBe('holds');
  });
});

describe('a TLB is filled ahead of any access', () => {
  const unflushed = on(0, 'kernel', function* (m, s) {
    yield* unmap(m, s);
    yield* m.completes('unmapped', s.vma, s.vma.start, s.vma.start + 1);
  });
  const other = on(1, 'user', (m, s) => loadsPage(m, s, 1));
  const flushed = (form: 'own' | 'all') =>
    on(0, 'kernel', function* (m, s) {
      yield* unmap(m, s);
      if (form === 'own') yield* m.tlb.localFlushTlbPage(s.vma, addrOf(s.vma.start));
      else yield* m.tlb.flushTlbPage(s.vma, addrOf(s.vma.start));
      yield* m.completes('unmapped', s.vma, s.vma.start, s.vma.start + 1);
    });

  function* loadsPage(m: Machine, s: Pages, page: number): Step<void> {
    yield* new UserCpu(m, s.vma).load(page);
  }

  it('also on the CPU of the kernel, where nobody accesses anything', () => {
    expect(verdict(plain(), { unflushed }, ['STALE'])).toBe('STALE');
    expect(verdict(plain(ALONE), { unflushed }, ['STALE'])).toBe('holds');
  });

  it('also with a page that nobody touches', () => {
    expect(verdict(plain(), { flushed: flushed('own'), other }, ['STALE'], { pages: 2 })).toBe('STALE');
    expect(verdict(plain(ALONE), { flushed: flushed('own'), other }, ['STALE'], { pages: 2 })).toBe('holds');
  });

  it('and emptied by a flush', () => {
    expect(verdict(plain(), { flushed: flushed('all'), other }, ['STALE'], { pages: 2 })).toBe('holds');
  });

  it('unless a race does without, and says why', () => {
    const why = 'a test of the suite that wants the other verdict';
    expect(verdict(plain(), { unflushed }, ['STALE'], {}, [{ hardware: 'speculativeFill', why }])).toBe(
      'holds',
    );
  });
});

describe('a translation refuses what the entry allows', () => {
  const reuse = (flush: boolean) =>
    on(0, 'kernel', function* (m, s) {
      const ptep = ptepOf(s.vma, s.vma.start);
      yield* m.pteOffsetMapLock(s.vma.table);
      const pte = yield* m.pte.ptepGet(ptep);
      yield* m.entries.writeOnce(ptep, m.v.pteMkwrite(m.v.pteMkdirty(pte)), 'set_pte');
      if (flush) yield* m.tlb.flushTlbPage(s.vma, addrOf(ptep.vpn));
      yield* m.pteUnmapUnlock(s.vma.table);
      yield* write(s.second, 1);
    });
  const user = on(1, 'user', function* (m, s) {
    const cpu = new UserCpu(m, s.vma);
    yield* cpu.load(0);
    yield* waitFor(s.second);
    yield* cpu.store(0);
  });
  const start = { write: false } as const;

  it('for ever, if nobody flushes', () => {
    expect(verdict(plain(), { reuse: reuse(false), user }, ['DIRTY'], start)).toBe('LIVE');
    expect(verdict(plain(['staleRefusals']), { reuse: reuse(false), user }, ['DIRTY'], start)).toBe('holds');
  });

  it('until the flush', () => {
    expect(verdict(plain(), { reuse: reuse(true), user }, ['DIRTY'], start)).toBe('holds');
  });

  it('until the handler flushes, here or everywhere', () => {
    for (const fixSpuriousFault of ['local', 'page'] as const) {
      const arch = plain([], { fixSpuriousFault });
      expect(verdict(arch, { reuse: reuse(false), user }, ['DIRTY'], start)).toBe('holds');
    }
  });

  it('once, where the fault drops it', () => {
    const arch = plain([], { capabilities: [...plain().capabilities, 'faultDropsTlb'] });
    expect(verdict(arch, { reuse: reuse(false), user }, ['DIRTY'], start)).toBe('holds');
  });
});

describe('a sibling of a block answers', () => {
  const NO_SPECULATION = ['speculativeFill'] as const;
  const start = { pages: 4, folded: true, write: true } as const;
  /** One entry of a block is taken away raw, and its page flushed by a flush of that page alone. */
  const hole = on(0, 'kernel', function* (m, s) {
    const ptep = ptepOf(s.vma, s.vma.start + 1);
    yield* m.entries.xchg(ptep, m.v.pfnPte(0, m.v.protNone()), 'xchg');
    yield* m.tlb.flushTlbPage(s.vma, addrOf(ptep.vpn));
    yield* write(s.second, 1);
  });
  const reads = on(1, 'user', function* (m, s) {
    yield* waitFor(s.second);
    if ((yield* new UserCpu(m, s.vma, { faults: false }).loadValue(1)) !== null)
      yield* report(s.first, 'a page that is gone');
  });

  it('for an entry that is gone', () => {
    expect(verdict(blocks(), { hole, reads }, ['COH'], start)).toBe('COH');
  });

  it('but not where a translation is of one page', () => {
    expect(verdict(blocks(['blockTranslations', ...NO_SPECULATION]), { hole, reads }, ['COH'], start)).toBe(
      'holds',
    );
  });

  it('for an entry that forbids what the sibling allows', () => {
    const protects = on(0, 'kernel', function* (m, s) {
      const ptep = ptepOf(s.vma, s.vma.start + 1);
      yield* m.entries.update(ptep, m.v.pteWrprotect, 'update');
      yield* m.tlb.flushTlbPage(s.vma, addrOf(ptep.vpn));
      yield* write(s.second, 1);
    });
    const stores = on(1, 'user', function* (m, s) {
      yield* waitFor(s.second);
      if (yield* new UserCpu(m, s.vma, { faults: false }).store(1))
        yield* report(s.first, 'a store that is forbidden');
    });
    expect(verdict(blocks(), { protects, stores }, ['COH'], start)).toBe('COH');
    expect(verdict(blocks(['blockTranslations']), { protects, stores }, ['COH'], start)).toBe('holds');
  });
});

describe('a TLB that remembers entries that were not valid', () => {
  const faultsOnce = on(1, 'user', function* (m, s) {
    yield* waitFor(s.second);
    if ((yield* new UserCpu(m, s.vma, { faults: false }).loadValue(0)) === null)
      yield* report(s.first, 'a fault on a page that is there');
  });
  const maps = on(0, 'kernel', function* (m, s) {
    yield* unmap(m, s);
    yield* m.tlb.flushTlbPage(s.vma, addrOf(s.vma.start));
    yield* remap(m, s);
    yield* write(s.second, 1);
  });

  it('faults although a page is mapped by now', () => {
    const arch = plain([], { capabilities: [...plain().capabilities, 'negativeCaching'] });
    expect(verdict(arch, { maps, user: faultsOnce }, ['COH'])).toBe('COH');
    expect(verdict(plain(), { maps, user: faultsOnce }, ['COH'])).toBe('holds');
  });
});
