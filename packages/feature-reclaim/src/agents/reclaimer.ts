import type { AgentSpec, Machine } from '@racewalk/machine';
import { type ShrinkPlan, shrinkFolioList } from '../ops/shrink-folio-list.js';
import type { Mapped, Swapped } from '../setup.js';

/** Reclaim of the page on CPU 0; the plan is made anew each time the agent starts. */
export function reclaimer<S extends Mapped>(
  plan: (m: Machine, s: S) => ShrinkPlan = () => ({}),
  cpu = 0,
): AgentSpec<S> {
  return {
    cpu,
    role: 'kernel',
    note: 'shrink_folio_list',
    *run(m, s) {
      yield* shrinkFolioList(m, s.folio, [s.vma], plan(m, s));
    },
  };
}

/** The same to swap: contents go to the slot, and the page out of the swap cache. */
export function swapper(plan: (m: Machine) => ShrinkPlan = () => ({})): AgentSpec<Swapped> {
  return reclaimer<Swapped>((m, s) => ({ disk: [s.slot], cached: s.cached, ...plan(m) }));
}
