import { type AgentSpec, UserCpu } from '@racewalk/machine';
import type { OnePage } from '../setup.js';

/** A thread that loads from the page once. */
export const loader: AgentSpec<OnePage> = {
  cpu: 1,
  role: 'user',
  note: 'loads',
  *run(m, s) {
    yield* new UserCpu(m, s.vma).load(0);
  },
};
