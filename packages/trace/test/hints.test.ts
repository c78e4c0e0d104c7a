import { describe, expect, it } from 'vitest';
import { breakBeforeMake } from '../src/hints/break-before-make.js';
import { HINT_RULES } from '../src/hints/hints.js';
import { lateStore } from '../src/hints/late-store.js';
import { lockHeld } from '../src/hints/lock-held.js';
import { lostUpdate } from '../src/hints/lost-update.js';
import { missingFlush, unfinishedFlush } from '../src/hints/missing-flush.js';
import { staleRefusal } from '../src/hints/stale-refusal.js';
import { staleValue } from '../src/hints/stale-value.js';
import { tornRead } from '../src/hints/torn-read.js';
import { useAfterFree } from '../src/hints/use-after-free.js';
import { hints, type Trace } from '../src/index.js';
import { cell, type Draft, ev, makeTrace } from './make.js';
import { crowd, dekker, machineWords, quiet, staleTlb, teardown } from './traces.js';

const broken = (
  code: string,
  drafts: readonly Draft[],
  step: number | null = null,
  rest: Partial<Trace> = {},
) => makeTrace(drafts, { fault: { code, message: '', step }, ...rest });

const look = ev(0, 'read', 'ptep_get pte[1]', '', 'pte[1]: valid clean');
const hardware = ev(1, 'walk', 'walk pte[1] for store', '', 'pte[1]: valid clean => valid dirty');
const clear = ev(0, 'write', 'pte_clear pte[1]', '', 'pte[1]: valid dirty => none');

describe('lostUpdate', () => {
  it('names look, change and store', () => {
    expect(lostUpdate(broken('DIRTY', [look, hardware, clear]))).toEqual([
      'step 1 read pte[1] as clean, step 3 overwrote it with a plain store; in between, step 2: the hardware (t1) made it dirty',
    ]);
    expect(lostUpdate(machineWords)[0]).toContain('step 6: the hardware (user) made it dirty');
  });
  it('recognises a store that observers watch', () => {
    expect(lostUpdate(broken('DIRTY', [look, hardware, { ...clear, kind: 'atomic' }]))).toHaveLength(1);
  });
  it('says nothing if the store keeps the update', () => {
    const kept = ev(0, 'write', 'set_pte pte[1]', '', 'pte[1]: valid dirty => ro dirty');
    expect(lostUpdate(broken('DIRTY', [look, hardware, kept]))).toEqual([]);
  });
  it('says nothing if the old value came back to the agent', () => {
    for (const kind of ['xchg', 'cmpxchg', 'atomic'] as const) {
      expect(lostUpdate(broken('DIRTY', [look, hardware, { ...clear, kind, does: 'exchange' }]))).toEqual([]);
    }
  });
  it('says nothing if the agent looked again, never looked, or changed it itself', () => {
    const again = ev(0, 'read', 'ptep_get pte[1]', '', 'pte[1]: valid dirty');
    expect(lostUpdate(broken('DIRTY', [look, hardware, again, clear]))).toEqual([]);
    expect(lostUpdate(broken('DIRTY', [hardware, clear]))).toEqual([]);
    expect(lostUpdate(broken('DIRTY', [look, { ...hardware, agent: 0 }, clear]))).toEqual([]);
  });
  it('does not speak of half entries and bookkeeping', () => {
    const half = [
      ev(0, 'read', 'r', '', 'pte[0].low: 0x1'),
      ev(1, 'or', 'o', '', 'pte[0].low: 0x1 => 0x41'),
      ev(0, 'write', 'w', '', 'pte[0].low: 0x41 => 0x0'),
    ];
    expect(lostUpdate(broken('DIRTY', half))).toEqual([]);
    const cells = [cell('pte[1]', '', true)];
    expect(lostUpdate(broken('DIRTY', [look, hardware, clear], null, { cells }))).toEqual([]);
  });
});

describe('staleRefusal', () => {
  const upgrade = ev(0, 'write', 'set_ptes pte[0]', '', 'pte[0]: 0x40 ro => 0x40 rw');
  const refusal = ev(1, 'look-up', 'faults again on page 0: TLB', '', 'tlb1:pte[0]: 0x40 ro');
  it('says what stays in the TLB and what takes it away', () => {
    expect(staleRefusal(broken('LIVE', [upgrade, refusal]))[0]).toMatch(
      /refused by what tlb1:pte\[0\] holds from before.*flush_tlb_fix_spurious_fault\(\)/,
    );
    const negative = ev(1, 'look-up', 'faults again on page 0: TLB', '', 'tlb1:pte[0]: invalid');
    expect(staleRefusal(broken('LIVE', [negative]))[0]).toMatch(/was not valid.*update_mmu_cache\(\)/);
  });
  it('says nothing of who went on, or found nothing', () => {
    const use = ev(1, 'use', 'store page 0', '', 'tlb1:pte[0]: 0x40 rw');
    expect(staleRefusal(broken('LIVE', [upgrade, refusal, use]))).toEqual([]);
    const nothing = ev(1, 'look-up', 'faults again on page 0: TLB', '', 'tlb1:pte[0]: none');
    expect(staleRefusal(broken('LIVE', [upgrade, nothing]))).toEqual([]);
    expect(staleRefusal(broken('UAF', [upgrade, refusal]))).toEqual([]);
  });
});

describe('staleValue', () => {
  const cleared = ev(1, 'xchg', 'ptep_get_and_clear pte[1]', '', 'pte[1]: valid clean => none');
  const back = ev(0, 'write', 'set_pte pte[1]', '', 'pte[1]: none => valid ro clean');
  it('names the store, the look and the change', () => {
    expect(staleValue(broken('STALE', [look, cleared, back]))).toEqual([
      'the value stored into pte[1] at step 3 was computed at step 1 and was stale: step 2 (t1) had cleared it in between',
    ]);
  });
  it('says nothing of a store that brings nothing back', () => {
    expect(
      staleValue(broken('STALE', [look, cleared, { ...back, cells: ['pte[1]: none => swap 1:0x10'] }])),
    ).toEqual([]);
    expect(staleValue(broken('DIRTY', [look, hardware, clear]))).toEqual([]);
  });
});

describe('missingFlush and unfinishedFlush', () => {
  const unmap = ev(0, 'xchg', 'ptep_get_and_clear pte[2]', '', 'pte[2]: 0x40 rw dirty => none');
  const use = ev(1, 'use', 'store page 2', '', 'tlb1:pte[2]: 0x40 rw dirty', 'frame 0x40: clean => written');
  const tlbi = ev(0, 'issue', 'tlbi pte[0..3]', '');

  it('name the change and the use', () => {
    expect(missingFlush(broken('STALE', [unmap, use], 1))).toEqual([
      'no flush between step 1 (t0), which changed pte[2], and step 2, where t1 still used the old translation',
    ]);
    expect(missingFlush(staleTlb)).toHaveLength(1);
  });
  it('tell an invalidation nobody waited for', () => {
    const trace = broken('STALE', [unmap, tlbi, use], 2);
    expect(missingFlush(trace)).toEqual([]);
    expect(unfinishedFlush(trace)).toEqual([
      'step 2 (t0) issued the invalidation, but nothing waited for it (no dsb) before step 3, where t1 still used the old translation',
    ]);
    expect(unfinishedFlush(broken('STALE', [unmap, tlbi, ev(0, 'barrier', 'dsb', ''), use], 3))).toEqual([]);
  });
  it('say nothing if the TLB was filled after the change, or the use came after the fault', () => {
    const fill = ev(1, 'walk', 'walk pte[2]', '', 'tlb1:pte[2]: none => 0x40 rw dirty');
    expect(missingFlush(broken('STALE', [unmap, fill, use], 2))).toEqual([]);
    expect(missingFlush(broken('STALE', [unmap, use], 0))).toEqual([]);
    expect(missingFlush(makeTrace([unmap, use]))).toEqual([]);
  });
});

describe('breakBeforeMake', () => {
  const change = (before: string, after: string) =>
    breakBeforeMake(broken('CONT', [ev(0, 'write', 'setPte', '', `pte[3]: ${before} => ${after}`)]));
  it('sees contiguity and addresses change under a walker', () => {
    expect(change('0x40 rw', '0x40 rw cont')).toEqual([
      'step 1 (t0): pte[3] became contiguous while still valid (no break before make)',
    ]);
    expect(change('valid cont pfn 0x40', 'valid pfn 0x40')[0]).toContain('lost its contiguous bit');
    expect(change('valid pfn 0x40', 'valid pfn 0x48')[0]).toContain('went from 0x40 to 0x48');
    expect(change('0x40 rw', '0x48 rw')[0]).toContain('went from 0x40 to 0x48');
  });
  it('allows permissions to change, and a break', () => {
    expect(change('0x40 rw clean', '0x40 ro dirty')).toEqual([]);
    expect(change('0x40 rw', 'none')).toEqual([]);
    expect(change('none', '0x40 rw cont')).toEqual([]);
    expect(
      breakBeforeMake(broken('X', [ev(0, 'write', 'w', '', 'tlb1:pte[3]: 0x40 rw => 0x48 rw')])),
    ).toEqual([]);
  });
});

describe('tornRead', () => {
  const low = ev(0, 'read', 'low', '', 'pte[0].low: 0x1');
  const high = ev(0, 'read', 'high', '', 'pte[0].high: 0x2');
  const store = ev(1, 'write', 'set', '', 'pte[0].high: 0x0 => 0x2');
  it('names both reads and the store', () => {
    expect(tornRead(broken('TORN', [low, store, high]))).toEqual([
      'step 1 (t0) and step 3 read the halves of pte[0]; step 2 (t1) stored in between',
    ]);
  });
  it('says nothing if nobody stored in between, or nothing was torn', () => {
    expect(tornRead(broken('TORN', [store, low, high]))).toEqual([]);
    expect(tornRead(broken('DIRTY', [low, store, high]))).toEqual([]);
  });
});

describe('useAfterFree', () => {
  const free = ev(0, 'free', 'folio_put', '', 'frame 0x40: written => freed');
  const use = ev(1, 'use', 'store page 0', '', 'frame 0x40: freed');
  it('names the free and the use', () => {
    expect(useAfterFree(broken('UAF', [free, use]))).toEqual([
      'step 1 (t0) freed frame 0x40; step 2 (t1) could still reach it: store page 0',
    ]);
  });
  it('says nothing of a use before, or of a frame allocated anew', () => {
    expect(useAfterFree(broken('UAF', [{ ...use, cells: ['frame 0x40: clean => written'] }, free]))).toEqual(
      [],
    );
    expect(useAfterFree(broken('UAF', [free, { ...use, cells: ['frame 0x40: clean'] }]))).toEqual([]);
  });
});

describe('lockHeld', () => {
  const lock = ev(0, 'lock', 'lock ptl', '', 'ptl: 0 => 1');
  it('names who holds what since when', () => {
    expect(lockHeld(broken('LIVE', [lock]))).toEqual(['t0 took ptl at step 1 and never released it']);
  });
  it('says nothing of locks released or not obtained', () => {
    expect(lockHeld(broken('LIVE', [lock, ev(0, 'unlock', 'unlock ptl', '', 'ptl: 1 => 0')]))).toEqual([]);
    expect(lockHeld(broken('LIVE', [ev(1, 'trylock', 'trylock ptl', '', 'ptl: 1')]))).toEqual([]);
    expect(lockHeld(broken('DIRTY', [lock]))).toEqual([]);
  });
});

describe('lateStore', () => {
  it('names reader, store and drain', () => {
    expect(lateStore(dekker)[0]).toBe(
      'step 3 (t0) saw pte[0] before the store of step 2 left the store buffer at step 5',
    );
  });
  it('says nothing if nobody read meanwhile', () => {
    const drafts = [
      ev(0, 'write', 'w', '', 'x: 0'),
      { ...ev(0, 'flush', 'x', '', 'x: 0 => 1'), of: 0 },
      ev(1, 'read', 'r', '', 'x: 1'),
    ];
    expect(lateStore(broken('X', drafts))).toEqual([]);
  });
});

describe('hints', () => {
  it('say nothing about a correct execution', () => {
    expect(hints({ ...machineWords, fault: null })).toEqual([]);
    expect(hints(quiet, ['seen elsewhere'])).toEqual(['seen elsewhere']);
  });
  it('give one sentence a rule, then what was added, nothing twice', () => {
    const extra = ['holds on x86-64', 'holds on x86-64', () => ['a rule of my own', 'only its first']];
    const found = hints(teardown, extra);
    expect(found).toHaveLength(3);
    expect(found.slice(1)).toEqual(['holds on x86-64', 'a rule of my own']);
  });
  it('never throw', () => {
    const odd = { ...teardown, agents: null, events: [null] } as unknown as Trace;
    expect(hints(odd)).toEqual([]);
    expect(
      hints(odd, [
        () => {
          throw new Error('no');
        },
      ]),
    ).toEqual([]);
  });
  it('are one line each, and every rule copes with every trace', () => {
    for (const trace of [crowd, dekker, machineWords, quiet, staleTlb, teardown]) {
      for (const sentence of HINT_RULES.flatMap((rule) => rule(trace)))
        expect(sentence).toMatch(/^[^\n]{10,200}$/);
    }
  });
});
