import { readFileSync } from 'node:fs';
import { CATALOGUE } from '@racewalk/cli';
import { type AgentSpec, notApplicable, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, linux, startState } from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { PAGE, startStatesPage } from '../docs/start-states-page.mjs';

const { archs, scenarios } = CATALOGUE;
const x86 = archs.find((a) => a.id === 'x86-64')!;

const loads: AgentSpec<Parameters<typeof UserCpu.prototype.load>[0] | unknown> = {
  cpu: 1,
  role: 'user',
  *run(m) {
    yield* new UserCpu(m, m.world.vmas[0]!).load(0);
  },
};

/** A race of one page that is set up so. */
const race = (setup: Scenario['setup'], assumes?: string): Scenario =>
  defineScenario({
    id: 'test/start',
    title: 'a start',
    source: 'this test',
    about: 'Can the state be reached?',
    invariants: ['DIRTY'],
    params: { block: 4 },
    ...(assumes === undefined ? {} : { assumes }),
    setup,
    agents: { user: loads },
    mutants: { none: { what: 'nothing', breaks: 'DIRTY', why: 'never', agents: { user: loads } } },
  });

const mapped: Scenario['setup'] = (w) => {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { dirty: true, young: true });
};

describe('start states', () => {
  describe.each(scenarios.map((s) => [s.id, s] as const))('%s', (_id, scenario) => {
    it('is reached by running the protocol, or says why not', () => {
      for (const arch of archs) {
        if (notApplicable(scenario, arch) !== null) continue;
        for (const params of [scenario.params, ...(scenario.sizes ?? [])]) {
          const { differences, assumes } = startState(scenario, arch, { ...scenario.params, ...params });
          const problems = assumes === null ? differences : [];
          expect([arch.id, params, problems]).toEqual([arch.id, params, []]);
          if (assumes !== null) expect(differences.length).toBeGreaterThan(0);
        }
      }
    });
  });

  it('are what docs/start-states.md says (npm run docs:start-states rewrites it)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(startStatesPage(scenarios, archs, startState, notApplicable));
  });
});

describe('the comparison', () => {
  it('accepts what a first store makes', () => {
    expect(startState(race(mapped), x86)).toEqual({
      ops: ['do_anonymous_page (store)'],
      differences: [],
      assumes: null,
    });
  });

  it('finds a page that is mapped more often than it counts', () => {
    const setup: Scenario['setup'] = (w) => {
      const vma = w.vma({ pages: 1 });
      linux(w).mapFolio(vma, linux(w).folio({ pages: 1, mapcount: 0, refcount: 1 }), {
        dirty: true,
        young: true,
      });
    };
    expect(startState(race(setup), x86).differences).toEqual([
      'folio.refcount: the race has 1, the protocol 2',
      'folio.mapcount: the race has 0, the protocol 1',
    ]);
  });

  it('finds a store that the entry knows and nobody can have made', () => {
    const setup: Scenario['setup'] = (w) => {
      const vma = w.vma({
        pages: 1,
        prot: { read: true, write: false },
        mapping: w.addressSpace(),
        shared: true,
      });
      linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { dirty: true, young: true });
    };
    const { differences } = startState(race(setup), x86);
    expect(differences.join()).toContain('pte[0]: the race has');
  });

  it('passes on why a race starts elsewhere', () => {
    expect(startState(race(mapped, 'a reason'), x86).assumes).toBe('a reason');
  });
});
