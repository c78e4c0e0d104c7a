/** A TLBI passes the stores on their way: what the barrier before it is for, under the weak order. */
import { addrOf, defineArch, ptepOf } from '@racewalk/core';
import { type Machine, nothing, UserCpu, withMemory } from '@racewalk/machine';
import { freePage } from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { plain } from './arch.js';
import { on, type Pages, verdict } from './race.js';

type Form = 'page' | 'nosync' | 'nosync, nobody waits';

/** Empties the entry by a plain store, flushes, and frees the page. */
const unmaps = (form: Form) =>
  on(0, 'kernel', function* (m, s) {
    const ptep = ptepOf(s.vma, s.vma.start);
    const addr = addrOf(s.vma.start);
    yield* m.pte.pteClear(s.vma.mm, addr, ptep);
    if (form === 'page') yield* m.tlb.flushTlbPage(s.vma, addr);
    else yield* m.tlb.flushTlbRangeNosync(s.vma, addr, addrOf(s.vma.start + 1));
    if (form === 'nosync') yield* m.tlb.dsb();
    for (const frame of s.old.frames) yield* freePage(m, frame);
  });

const loads = on(1, 'user', function* (m: Machine, s: Pages) {
  const cpu = new UserCpu(m, s.vma, { faults: false });
  if (yield* cpu.load(0)) yield* cpu.load(0);
});

/** A toy that tells all TLBs at once. */
const broadcasts = defineArch({
  ...plain(),
  capabilities: [...plain().capabilities.filter((c) => c !== 'ipiFlush'), 'broadcastTlbi'],
});

/** Accesses nothing: only speculation walks. */
const idles = on(1, 'user', function* () {});

describe('a plain store to an entry, then an invalidation', () => {
  const arch = (memory: 'sc' | 'tso' | 'weak') => withMemory(broadcasts, memory);
  const run = (memory: 'sc' | 'tso' | 'weak', form: Form, user = loads) =>
    verdict(arch(memory), { unmaps: unmaps(form), user }, ['UAF']);
  /** Without the barrier that every flush begins with. */
  const bare = (memory: 'sc' | 'tso' | 'weak', form: Form, user = loads) =>
    verdict(arch(memory), { unmaps: unmaps(form), user }, ['UAF'], {}, [], { dsbIshst: nothing });

  it('holds with dsb(ishst) before and dsb(ish) after', () => {
    expect(run('weak', 'page')).toBe('holds');
    expect(run('weak', 'nosync')).toBe('holds');
  });

  it('breaks without dsb(ishst): the entry is walked again before the store arrives', () => {
    expect(bare('weak', 'page')).toBe('UAF');
    expect(bare('weak', 'nosync')).toBe('UAF');
  });

  it('breaks without dsb(ish): nobody waits', () => {
    expect(run('weak', 'nosync, nobody waits')).toBe('UAF');
    expect(run('sc', 'nosync, nobody waits')).toBe('UAF');
  });

  it('holds without dsb(ishst) where every store is seen at once', () => {
    expect(bare('sc', 'page')).toBe('holds');
  });

  it('breaks by speculation alone', () => {
    expect(bare('weak', 'page', idles)).toBe('UAF');
    expect(run('weak', 'page', idles)).toBe('holds');
  });
});
