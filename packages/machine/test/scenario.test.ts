import { defineArch } from '@racewalk/core';
import { buildScenario, defineBareScenario, notApplicable } from '@racewalk/machine';
import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const scenario = () =>
  defineBareScenario({
    id: 'test/one',
    title: 'one',
    source: 'here',
    about: 'nothing',
    invariants: ['DIRTY'],
    params: { block: 4 },
    setup: (w) => ({ vma: w.vma({ pages: 4 }) }),
    agents: { k: { cpu: 0, role: 'kernel', *run() {} } },
    mutants: {
      m: { what: 'w', breaks: 'DIRTY', why: 'y', agents: { k: { cpu: 0, role: 'kernel', *run() {} } } },
    },
  });

describe('scenarios', () => {
  it('refuse a bad id, no mutant, and a mutant that changes nothing', () => {
    const good = scenario();
    expect(() => defineBareScenario({ ...good, id: 'Bad' })).toThrow(/bad id/);
    expect(() => defineBareScenario({ ...good, mutants: {} })).toThrow(/no mutant/);
    expect(() =>
      defineBareScenario({ ...good, mutants: { m: { what: '', breaks: 'DIRTY', why: '' } } }),
    ).toThrow(/changes nothing/);
    const stranger = {
      what: '',
      breaks: 'DIRTY' as const,
      why: '',
      agents: { x: { cpu: 0, role: 'kernel' as const, *run() {} } },
    };
    expect(() => defineBareScenario({ ...good, mutants: { m: stranger } })).toThrow(/unknown agent x/);
  });

  it('have variants that must hold, which change something, too', () => {
    const good = scenario();
    const agents = { k: { cpu: 0, role: 'kernel' as const, *run() {} } };
    const holds = { repair: { what: 'w', why: 'y', agents } };
    const built = buildScenario(defineBareScenario({ ...good, holds }), toyArch(), 'holds:repair');
    expect(built.program.name).toMatch(/holds:repair/);
    expect(() => defineBareScenario({ ...good, holds: { repair: { what: 'w', why: 'y' } } })).toThrow(
      /holds repair changes nothing/,
    );
    expect(() => buildScenario(good, toyArch(), 'holds:repair')).toThrow(/no variant holds:repair/);
  });

  it('refuse a mutant that breaks nothing', () => {
    const good = scenario();
    const mutants = { m: { ...good.mutants.m!, breaks: [] } };
    expect(() => defineBareScenario({ ...good, mutants })).toThrow(/mutant m breaks nothing/);
  });

  it('say why they do not apply', () => {
    const plain = toyArch({ id: 'plain', capabilities: ['ipiFlush'], cont: undefined as never });
    expect(notApplicable({ ...scenario(), needs: ['contPte'] }, plain)).toMatch(/needs contPte/);
    expect(notApplicable(scenario(), plain)).toBeNull();
  });

  it('build upstream and mutants, and name the variants there are', () => {
    expect(buildScenario(scenario(), toyArch()).program.threads.map((t) => t.title)).toEqual(['k (cpu0)']);
    expect(buildScenario(scenario(), toyArch(), 'mutant:m').program.name).toMatch(/mutant:m/);
    try {
      buildScenario(scenario(), toyArch(), 'mutant:nope');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'RACEWALK_UNKNOWN_VARIANT', expected: 'upstream, mutant:m' });
    }
  });
});

describe('patches', () => {
  const patched = (mutant: object) => {
    const base = scenario();
    const mutants = { m: { what: 'w', breaks: 'DIRTY', why: 'y', ...mutant } } as typeof base.mutants;
    return () => buildScenario(defineBareScenario({ ...base, mutants }), toyArch(), 'mutant:m');
  };
  const refused = (mutant: object) => {
    try {
      patched(mutant)();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('of a name that nobody has are refused, with the nearest', () => {
    expect(refused({ patch: { *ptepGetAndCleer() {} } })).toMatchObject({
      code: 'RACEWALK_BAD_SCENARIO',
      message: 'test/one mutant:m: nothing is called ptepGetAndCleer',
      expected: 'ptepGetAndClear',
    });
    expect(refused({ patch: { *flushTlbPages() {} } })).toMatchObject({ expected: 'flushTlbPage' });
    expect(refused({ patch: { *ptepGet() {} }, within: 'ptepClearFlash' })).toMatchObject({
      message: expect.stringContaining('ptepClearFlash'),
      expected: 'ptepClearFlush',
    });
  });

  it('of operations, of TLBs and of notifiers are taken', () => {
    const patch = { *ptepGet() {}, *pmdpGet() {}, *dsb() {}, *mmuNotifierInvalidateRangeStart() {} };
    expect(patched({ patch, within: 'ptepClearFlush' })).not.toThrow();
  });
});

describe('plug-ins', () => {
  it('that contradict themselves are refused', () => {
    const { id, title, capabilities, memory, layout, values, walker, cont, omits } = toyArch();
    const spec = { id, title, capabilities, memory, layout, values, walker, omits };
    expect(() => defineArch(spec)).toThrow(/contPte and the field cont/);
    expect(() => defineArch({ ...spec, ...(cont && { cont }), capabilities: ['contPte'] })).toThrow(
      /remote TLBs/,
    );
    expect(() => defineArch({ ...spec, capabilities: ['nonsense' as never, 'ipiFlush'] })).toThrow(
      /unknown capability/,
    );
  });
});
