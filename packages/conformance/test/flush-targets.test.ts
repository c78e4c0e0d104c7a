/** A plug-in whose flush does not reach every CPU fails the suite: by the trial of its flushes, and by a race. */
import { type ArchPlugin, addrOf, defineArch, HARDWARE_FILLED_TLB } from '@racewalk/core';
import { UserCpu } from '@racewalk/machine';
import { freePage } from '@racewalk/mm';
import { toyPlain, toySoft } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { conformance } from '../src/index.js';
import { flushProblems } from '../src/suite/flushes.js';
import { failures, recordingRunner } from './recording-runner.js';
import { on, unmap, verdict } from './tlb/race.js';

const LAST = 2;
const filled = (arch: ArchPlugin): ArchPlugin =>
  defineArch({ ...arch, capabilities: [...new Set([...arch.capabilities, ...HARDWARE_FILLED_TLB])] });

const BROKEN = {
  'its own CPU': (arch: ArchPlugin) =>
    defineArch({ ...arch, flushTargets: (cpu, cpus) => cpus.filter((c) => c !== cpu) }),
  'the last of three CPUs': (arch: ArchPlugin) =>
    defineArch({ ...arch, flushTargets: (_cpu, cpus) => cpus.filter((c) => c !== LAST) }),
} as const;

/** Unmaps, flushes, frees, with user code on three CPUs, the flushing one among them. */
const zap = (arch: ArchPlugin): string =>
  verdict(
    arch,
    {
      zap: on(0, 'kernel', function* (m, s) {
        yield* unmap(m, s);
        yield* m.tlb.flushTlbPage(s.vma, addrOf(s.vma.start));
        for (const frame of s.old.frames) yield* freePage(m, frame);
      }),
      ...Object.fromEntries(
        [0, 1, LAST].map((cpu) => [
          `user${cpu}`,
          on(cpu, 'user', function* (m, s) {
            yield* new UserCpu(m, s.vma, { faults: false }).load(0);
          }),
        ]),
      ),
    },
    ['UAF'],
  );

describe.each([filled(toyPlain), filled(toySoft)])('$id', (arch) => {
  it('flushes every CPU', () => {
    expect(flushProblems(arch)).toEqual([]);
    expect(zap(arch)).toBe('holds');
  });

  it.each(Object.keys(BROKEN) as (keyof typeof BROKEN)[])('that forgets %s is found out', async (name) => {
    const broken = BROKEN[name](arch);
    expect(flushProblems(broken).join('\n')).toMatch(
      name === 'its own CPU'
        ? /flush_tlb_page on cpu1 leaves .* cpu1, its own/
        : /flush_tlb_mm on cpu0 leaves .* cpu2/,
    );
    expect(zap(broken)).toBe('UAF');
    const { runner, tests } = recordingRunner();
    conformance({ plugin: broken, runner, scenarios: null });
    const failed = await failures(tests.filter((t) => t.title.includes('flush reaches')));
    expect(failed).toHaveLength(1);
  });
});
