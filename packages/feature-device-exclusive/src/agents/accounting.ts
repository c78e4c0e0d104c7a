/** Checks of reference count and map count when all is over. */
import type { FaultSink } from '@racewalk/core/step';
import type { Frame, StepView, World } from '@racewalk/machine';
import { mmCounter } from '@racewalk/mm';
import { usesOf } from '../setup.js';

/**
 * Every mapping counts as one; every mapping or device-exclusive entry holds one reference, and a place in
 * the resident set of its process.
 */
export function accounted(w: World, view: StepView, page: Frame, faults: FaultSink): void {
  const { mapped, kept } = usesOf(w, view, page);
  const { mapcount, refcount, name } = page.folio;
  const counts = [
    ['map count', view.get(mapcount), mapped],
    ['reference count', view.get(refcount), mapped + kept],
  ] as const;
  for (const [what, is, should] of counts) {
    if (is !== should) faults.fail('RMAP', `the ${what} of ${name} is ${is}, its entries make it ${should}`);
  }
  for (const mm of w.mms) {
    const counter = mmCounter(w, mm);
    if (counter === undefined) continue;
    const { mapped: m, kept: k } = usesOf(w, view, page, mm);
    const rss = view.get(counter);
    if (rss !== m + k)
      faults.fail('RMAP', `the resident set of ${mm.name} is ${rss}, its entries make it ${m + k}`);
  }
}
