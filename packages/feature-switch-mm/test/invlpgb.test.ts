/** Tags that are the same on every CPU, invalidated by broadcast: no mask is asked, and TLBSYNC waits. */
import { assertCell, plan } from '@racewalk/conformance';
import { nothing, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, followMms } from '@racewalk/mm';
import { expect, it } from 'vitest';
import { type OnePage, onePage, unmapper } from '../src/setup.js';
import { counting } from './toys.js';

const race: Scenario = defineScenario<OnePage>({
  id: 'test/invlpgb',
  title: 'INVLPGB against a CPU that has the tag',
  source: 'Linux 4afeb0ed1753 (6.15)',
  about: 'CPU 1 switches to an address space while CPU 0 takes a page of it away by broadcast.',
  invariants: ['UAF', 'STALE'],
  params: { block: 1 },
  setup(w) {
    const spaces = followMms(w, { invlpgb: true });
    const page = onePage(w, 'mm');
    const other = onePage(w, 'other');
    spaces.starts(0, page.mm, { lazy: true });
    spaces.ranBefore(1, page.mm);
    spaces.starts(1, other.mm);
    return page;
  },
  agents: {
    unmap: unmapper((s) => s),
    user: {
      cpu: 1,
      role: 'user',
      *run(m, { mm, vma }) {
        yield* m.k.contextSwitch(mm);
        yield* new UserCpu(m, vma, { faults: false }).load(0);
      },
    },
  },
  mutants: {
    'no-tlbsync': {
      what: 'nobody waits for the broadcast',
      breaks: 'UAF',
      why: 'it is under way',
      patch: { tlbsync: nothing },
    },
  },
});

it.each(plan([counting], [race]).cells.map((cell) => [cell.variant, cell] as const))(
  '%s',
  async (_v, cell) => {
    const { executions } = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
    expect(executions).toBeGreaterThan(0);
  },
);
