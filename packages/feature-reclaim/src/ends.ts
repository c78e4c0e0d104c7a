import type { FaultSink } from '@racewalk/core/step';
import type { StepView, World } from '@racewalk/machine';
import { STORED, type Swapped, UNSEEN } from './setup.js';

/** At the end: who read after a store read what was stored. */
export function readsBack(code: 'DIRTY' | 'COH', who: string) {
  return (_w: World, s: Swapped, view: StepView, faults: FaultSink): void => {
    const seen = view.get(s.seen);
    if (seen === UNSEEN || seen === STORED) return;
    faults.fail(code, `${who} reads ${seen}, after ${STORED} was stored`);
  };
}
