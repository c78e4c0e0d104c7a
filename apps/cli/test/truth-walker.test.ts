import type { Vma } from '@racewalk/core';
import { type AgentSpec, type FaultHandler, faultingWalker, nothing, UserCpu } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { describe, expect, test } from 'vitest';
import { ARCHS, verdictOf } from './truth/verdict.js';

const user = (onFault?: FaultHandler): AgentSpec<{ readonly vma: Vma }> => ({
  cpu: 0,
  role: 'user',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma, { walker: faultingWalker(m.arch), ...(onFault && { onFault }) }).load(0);
  },
});

/** An old page, loaded by a CPU whose walker sets nothing; the kernel's own handler. */
const loads = defineScenario({
  id: 'truth/faulting-walker',
  title: 'a load of an old page without hardware access flag',
  source: 'own',
  about: 'The kernel makes the page young, or leaves that to hardware that this CPU does not have.',
  invariants: ['LIVE'],
  params: {},
  setup(w) {
    const vma = w.vma({ pages: 1 });
    linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: false });
    return { vma };
  },
  agents: { user: user() },
  mutants: {
    'in-vain': {
      what: 'a handler that does nothing, and says that the access may be tried again',
      breaks: 'LIVE',
      why: 'the next access faults on the same entry',
      agents: {
        user: user(function* () {
          yield* nothing();
          return 'retry';
        }),
      },
    },
  },
});

describe('a CPU without hardware updates', () => {
  // x86's ptep_set_access_flags() stores for a write fault only.
  test.each(ARCHS)('is helped by the kernel, or faults for ever: %s', (arch) => {
    expect(verdictOf(loads, arch)).toBe(/x86/.test(arch) ? 'LIVE' : 'holds');
  });

  test.each(ARCHS)('faults for ever where a handler of the race does nothing: %s', (arch) => {
    expect(verdictOf(loads, arch, 'mutant:in-vain')).toBe('LIVE');
  });
});
