/** A plug-in with a TLB part and a rule for live entries of its own: what they change, and that wrong ones are found out. */
import { type ArchPlugin, type ArchSpec, addrOf, defineArch, GenericPteOps, PTE_ZERO } from '@racewalk/core';
import { UserCpu } from '@racewalk/machine';
import { freePage } from '@racewalk/mm';
import { toyPlain } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { conformance } from '../src/index.js';
import { flushProblems } from '../src/suite/flushes.js';
import { failures, recordingRunner } from './recording-runner.js';
import { on, verdict } from './tlb/race.js';

type Tlb = NonNullable<ArchSpec['tlb']>;

const atOnce: Tlb = (_m, hardware) => ({
  ...hardware,
  *updateAndFlush(ptep, change) {
    return yield* hardware.updateAndFlushAtOnce(ptep, change);
  },
});

const ownCpuOnly: Tlb = (m, hardware) => ({
  ...hardware,
  *updateAndFlush(ptep, change) {
    const old = yield* m.entries.update(ptep, change);
    const vma = m.areaOf(ptep);
    if (vma !== undefined) yield* hardware.localFlushTlbPage(vma, addrOf(ptep.vpn));
    return old;
  },
});

/** Every change of an entry goes by the one operation. */
class OneInstruction extends GenericPteOps {
  override *ptepGetAndClear(...[, , ptep]: Parameters<GenericPteOps['ptepGetAndClear']>) {
    return yield* this.m.tlb.updateAndFlush(ptep, () => PTE_ZERO);
  }

  override *ptepTestAndClearYoung(...[, , ptep]: Parameters<GenericPteOps['ptepTestAndClearYoung']>) {
    return this.m.v.pteYoung(yield* this.m.tlb.updateAndFlush(ptep, this.m.v.pteMkold));
  }

  override *ptepSetWrprotect(...[, , ptep]: Parameters<GenericPteOps['ptepSetWrprotect']>) {
    yield* this.m.tlb.updateAndFlush(ptep, this.m.v.pteWrprotect);
  }

  override *ptepSetAccessFlags(...[, , ptep, entry]: Parameters<GenericPteOps['ptepSetAccessFlags']>) {
    if (this.m.v.pteSame(yield* this.ptepGet(ptep), entry)) return false;
    yield* this.m.tlb.updateAndFlush(ptep, () => entry);
    return true;
  }
}

const overLive = () => 'by a store that leaves the TLBs as they are';
const plugin = (changes: Partial<ArchSpec> = {}): ArchPlugin =>
  defineArch({ ...toyPlain, ops: (m) => new OneInstruction(m), tlb: atOnce, overLive, ...changes });

/** Empties an entry and frees the page, and flushes nothing besides. */
const zap = (arch: ArchPlugin): string =>
  verdict(
    arch,
    {
      zap: on(0, 'kernel', function* (m, { vma, old }) {
        yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vma.start), vma.table.entries[0]!);
        for (const frame of old.frames) yield* freePage(m, frame);
      }),
      user: on(1, 'user', function* (m, { vma }) {
        yield* new UserCpu(m, vma, { faults: false }).load(0);
      }),
    },
    ['UAF', 'CONT'],
  );

/** What the suite finds wrong with operations on entries. */
async function found(arch: ArchPlugin): Promise<string> {
  const { runner, tests } = recordingRunner();
  conformance({ plugin: arch, runner, scenarios: null });
  const ops = tests.filter(({ title }) => /entry ptep_|every flush/.test(title));
  expect(ops.length).toBeGreaterThan(10);
  return (await failures(ops)).map(({ title, message }) => `${title}: ${message}`).join('\n');
}

describe('an instruction that changes an entry and empties the TLBs', () => {
  it('leaves nothing to flush', () => {
    expect(zap(plugin())).toBe('holds');
    expect(zap(toyPlain)).toBe('UAF');
  });

  it('passes the suite, with the rule watched at every write', async () => {
    expect(flushProblems(plugin())).toEqual([]);
    expect(await found(plugin())).toBe('');
  });
});

describe('a wrong part', () => {
  it('that empties its own TLB only is found by the trial of flushes, by the rule, and by a race', async () => {
    const wrong = plugin({ tlb: ownCpuOnly });
    expect(flushProblems(wrong).join('\n')).toMatch(/updateAndFlush on cpu0 leaves .* cpu1 and cpu2/);
    expect(await found(wrong)).toMatch(/leaves the TLBs as they are/);
    expect(zap(wrong)).not.toBe('holds');
  });

  it('that is bypassed by one operation is found by the contract', async () => {
    class Bypasses extends OneInstruction {
      override *ptepSetWrprotect(...args: Parameters<GenericPteOps['ptepSetWrprotect']>) {
        yield* GenericPteOps.prototype.ptepSetWrprotect.apply(this, args);
      }
    }
    const wrong = plugin({ ops: (m) => new Bypasses(m) });
    expect(await found(wrong)).toMatch(/ptep_set_wrprotect[\s\S]*CONT[\s\S]*leaves the TLBs as they are/);
    // Without the rule nobody minds: the caller flushes.
    expect(await found(plugin({ ops: (m) => new Bypasses(m), overLive: undefined }))).toBe('');
  });

  it.each([
    [
      'lacks an operation',
      (_m, { flushTlbMm: _, ...rest }) => rest as never,
      /the TLB part lacks flushTlbMm/,
    ],
    [
      'misspells one',
      (_m, hardware) => ({ ...hardware, *flushTlbPages() {} }) as never,
      /unknown operation flushTlbPages of the TLB part/,
    ],
    [
      'has one that takes no steps',
      (_m, hardware) => ({ ...hardware, flushTlbPage: () => undefined }) as never,
      /flushTlbPage is a plain function/,
    ],
    ['is nothing', () => undefined as never, /the TLB part lacks/],
  ] as const satisfies readonly (readonly [string, Tlb, RegExp])[])(
    'that %s is refused',
    (_name, tlb, says) => {
      expect(() => plugin({ tlb })).toThrow(says);
    },
  );
});

describe('a rule for live entries', () => {
  const sameFrame: NonNullable<ArchSpec['overLive']> = (held, now) =>
    toyPlain.values.ptePfn(held) === toyPlain.values.ptePfn(now) ? null : 'by another frame';

  /** Stores another frame over a live entry, or where one was, before or after a flush. */
  const remap = (flushes: boolean, empties: boolean): string =>
    verdict(
      defineArch({ ...toyPlain, overLive: sameFrame }),
      {
        remap: on(0, 'kernel', function* (m, { vma }) {
          const ptep = vma.table.entries[0]!;
          const old = yield* m.pte.ptepGet(ptep);
          if (empties) yield* m.pte.pteClear(vma.mm, addrOf(vma.start), ptep);
          if (flushes) yield* m.tlb.flushTlbPage(vma, addrOf(vma.start));
          yield* m.pte.setPteAt(vma.mm, addrOf(vma.start), ptep, m.v.pteAdvancePfn(old, 1));
        }),
      },
      ['CONT'],
    );

  it('is asked of what stands there, and of what TLBs may still have', () => {
    expect(remap(false, false)).toBe('CONT');
    expect(remap(false, true)).toBe('CONT');
    expect(remap(true, true)).toBe('holds');
    // A flush of an entry that stays live is no break.
    expect(remap(true, false)).toBe('CONT');
  });
});
