/** What an author of a race need not annotate; `npm run check:types` compiles this, and would fail where a type is not found. */
import { addrOf, ptepOf } from '@racewalk/core';
import { type AgentSpec, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { expect, it } from 'vitest';

const about = { title: 't', source: 's', about: 'a', invariants: ['DIRTY', 'STALE'], params: {} } as const;

it('the state, roles and variants are found from setup, written in place', () => {
  const race = defineScenario({
    ...about,
    id: 'a/in-place',
    setup(w) {
      const vma = w.vma({ pages: 1 });
      linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }));
      return { vma, ptep: ptepOf(vma, vma.start) };
    },
    agents: {
      kernel: {
        cpu: 0,
        role: 'kernel',
        *run(m, { vma, ptep }) {
          yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vma.start), ptep);
        },
      },
      user: {
        cpu: 1,
        role: 'user',
        *run(m, { vma }) {
          yield* new UserCpu(m, vma).store(0);
        },
      },
    },
    mutants: {
      loads: {
        what: 'w',
        breaks: ['DIRTY', 'STALE'],
        why: 'y',
        agents: {
          user: {
            cpu: 1,
            role: 'user',
            *run(m, { vma }) {
              yield* new UserCpu(m, vma).load(0);
            },
          },
        },
      },
    },
  });
  expect(race.agents.user?.role).toBe('user');
});

it('from a setup of its own, and with an agent that says what it is', () => {
  const setup = (w: World) => ({ vma: w.vma({ pages: 1 }) });
  const user: AgentSpec<ReturnType<typeof setup>> = {
    cpu: 1,
    role: 'user',
    *run(m, { vma }) {
      yield* new UserCpu(m, vma).store(0);
    },
  };
  const mutants = { none: { what: 'w', breaks: 'DIRTY', why: 'y', patch: { *pteClear() {} } } } as const;
  const race = defineScenario({ ...about, id: 'a/apart', setup, agents: { user }, mutants: { ...mutants } });
  expect(Object.keys(race.mutants)).toEqual(['none']);
});
