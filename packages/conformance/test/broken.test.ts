/** Plug-ins with one fault each: the suite has to find it, and to say what it is. */
import {
  type ArchPlugin,
  type ArchSpec,
  GenericPteOps,
  type Mm,
  type Ptep,
  type Vaddr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { ToyOps, toyArch, toySoft, toyValues } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { conformance } from '../src/index.js';
import { failures, recordingRunner } from './recording-runner.js';
import { blocksOnly, zapVsStore } from './toy-races.js';

async function complaints(plugin: ArchPlugin | (() => ArchPlugin)): Promise<string[]> {
  const { runner, tests } = recordingRunner();
  conformance({ runner, plugin, scenarios: [zapVsStore], laws: { runs: 100 } });
  return (await failures(tests)).map(({ title, message }) => `${title}\n${message}`);
}

const broken = (changes: Partial<ArchSpec>) => complaints(toyArch(changes));

/** Generic read and clear, which loses what the hardware sets in between. */
class LosesUpdates extends ToyOps {
  override *ptepGetAndClear(mm: Mm, addr: Vaddr, ptep: Ptep): ReturnType<GenericPteOps['ptepGetAndClear']> {
    yield* this.unfold(ptep);
    return yield* GenericPteOps.prototype.ptepGetAndClear.call(this, mm, addr, ptep);
  }
}

/** Write-protects, and forgets that the page was written. */
class DropsDirty extends ToyOps {
  override *ptepSetWrprotect(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    yield* super.ptepSetWrprotect(mm, addr, ptep);
    yield* this.m.entries.update(ptep, this.m.v.pteMkclean, 'ptep_set_wrprotect');
  }
}

/** Unfolds one entry and leaves the rest of the block marked. */
class UnfoldsOne extends ToyOps {
  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    const { v } = this.m;
    yield* this.m.entries.update(ptep, (pte) => v.pteWrprotect(v.pteMknoncont(pte)), 'ptep_set_wrprotect');
  }
}

let calls = 0;

/** Does something else every second time. */
class Moody extends ToyOps {
  override *setPte(ptep: Ptep, pte: Parameters<GenericPteOps['setPte']>[1]): Step<void> {
    if (calls++ % 2 === 1) yield* this.ptepGet(ptep);
    yield* super.setPte(ptep, pte);
  }
}

describe('a broken plug-in fails', () => {
  it('the race, when its operation loses updates', async () => {
    const found = await broken({ ops: (m) => new LosesUpdates(m) });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('races > toy/zap-vs-store upstream: holds');
    expect(found[0]).toContain('expected holds, found violates DIRTY');
    expect(found[0]).toMatch(/step {2}zap \(cpu0, holds ptl\) +user \(cpu1\)/);
    expect(found[0]).toContain('racewalk replay rw1:');
  });

  it('the law, when an override does not do what the generic body does', async () => {
    const found = await broken({ ops: (m) => new DropsDirty(m) });
    expect(found.map((text) => text.split('\n')[0])).toEqual([
      expect.stringContaining('entry ptep_set_wrprotect'),
      expect.stringContaining('batch wrprotect_ptes'),
    ]);
    expect(found[0]).toMatch(
      /toy ptepSetWrprotect \(ptep_set_wrprotect\) .*: leaves pte\[\d+\] = .*, generic .* \+dirty.*\(seed 1, trial/,
    );
  });

  it('the law, when an override leaves a block folded in part', async () => {
    const found = await broken({ ops: (m) => new UnfoldsOne(m) });
    expect(found.join('\n')).toMatch(/the block of pte\[\d+\] is folded in part|leaves pte/);
  });

  it('the law, when a helper is wrong', async () => {
    const found = await broken({ values: { ...toyValues, pteMkold: (pte) => pte } });
    expect(found.some((text) => text.includes('toy pteMkold (pte_mkold)'))).toBe(true);
  });

  it('the manifest, when it claims what it cannot do', async () => {
    const found = await broken({ walker: toySoft.walker });
    expect(
      found.some((text) => /claims hwDirty, but a walk for a store ends in a permission fault/.test(text)),
    ).toBe(true);
  });

  it('the manifest, when it denies what it does', async () => {
    const found = await broken({ capabilities: ['hwAccess', 'contPte', 'breakBeforeMake', 'broadcastTlbi'] });
    expect(found.some((text) => /denies hwDirty, but a walk for a store does not fault/.test(text))).toBe(
      true,
    );
  });

  it('the factory, when it keeps state between calls', async () => {
    const found = await broken({ ops: (m) => new Moody(m) });
    expect(found[0]).toMatch(/factory > .*\n.*does not behave the same twice/);
  });

  it('the factory, when machines share their operations', async () => {
    let shared: ToyOps | undefined;
    const found = await broken({
      ops: (m) => {
        shared ??= new ToyOps(m);
        return shared;
      },
    });
    expect(found[0]).toMatch(/factory > .*\n.*share one set of operations/);
  });

  it('the races, when none of them applies', async () => {
    const { runner, tests } = recordingRunner();
    const { cont: _, ...rest } = toySoft;
    const plugin = toyArch({
      ...rest,
      capabilities: ['hwAccess', 'hwDirty', 'broadcastTlbi'],
      cont: undefined,
    } as never);
    const count = conformance({ runner, plugin, scenarios: [blocksOnly] });
    expect(count.skipped).toBeGreaterThan(0);
    const found = await failures(tests.filter(({ title }) => title.includes('races')));
    expect(found).toEqual([
      {
        title: 'toy-soft conformance > races > at least one race test applies',
        message: expect.stringContaining('no race test applies'),
      },
    ]);
    const skipped = tests.find(({ title }) => title.includes('toy/blocks-only upstream'));
    expect(skipped?.reason).toBe('needs contPte, which toy-soft does not have');
  });
});
