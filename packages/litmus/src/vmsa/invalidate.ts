/** TLB invalidations and the barrier that completes them. (Arm ARM DDI 0487 D8.14.) */

import { bounded } from '../model/bounded.js';
import { completed, pickViewOf, valueIn } from '../model/local.js';
import { COMPLETE, EVERY_PAGE, INVALIDATE, NO_PAGE, NONE } from '../model/messages.js';
import type { Next, Run } from '../model/run.js';
import {
  CTL,
  DSB,
  F_NEW,
  ISB,
  MOST_PENDING,
  PC,
  R_NEW,
  raise,
  type State,
  TLBI_OLD,
  view,
  W_NEW,
} from '../model/state.js';
import type { Fence, Invalidate } from '../program/instruction.js';
import { variableOfAddress, variableOfPage } from '../program/symbols.js';
import { bitsOf } from '../program/value.js';

/** The page that an invalidation by address names: VA[55:12]. The address itself, unshifted, is taken as well. */
function pageIn(run: Run, s: State, c: Invalidate): number {
  if (c.all) return EVERY_PAGE;
  const value = bitsOf(valueIn(run, s, c.rs));
  return variableOfPage(value) ?? variableOfAddress(value) ?? NO_PAGE;
}

/** An invalidation; DMB does not order it, and without a later DSB it has no effect. */
export function invalidate(run: Run, s0: State, c: Invalidate, next: Next): boolean {
  const least = Math.max(pickViewOf(run, s0, c.rs), view(s0, CTL), view(s0, DSB), view(s0, ISB));
  const message = { kind: INVALIDATE, place: pageIn(run, s0, c), value: c.broadcast ? 1 : 0, list: NONE };
  return run.eachTime(s0, least, (time) =>
    run.make(s0, time, message, least, (s) => {
      const { pending } = run.layout;
      let i = 0;
      while (i < MOST_PENDING && view(s, pending + i) !== 0) i++;
      if (i === MOST_PENDING) throw bounded(`more than ${MOST_PENDING} invalidations before a DSB`);
      s[pending + i] = time;
      raise(s, TLBI_OLD, time);
      s[PC] = view(s, PC) + 1;
      return next(s);
    }),
  );
}

/** A full DSB behind invalidations: they are complete at its time. */
export function complete(run: Run, s0: State, _: Fence, next: Next): boolean {
  const least = completed(s0);
  const { pending } = run.layout;
  const list = [...s0.subarray(pending, pending + MOST_PENDING)].filter((time) => time !== 0);
  return run.eachTime(s0, least, (time) =>
    run.make(s0, time, { kind: COMPLETE, place: NO_PAGE, value: 0, list }, least, (s) => {
      s.fill(0, pending, pending + MOST_PENDING);
      for (const at of [R_NEW, W_NEW, F_NEW, DSB]) raise(s, at, time);
      s[PC] = view(s, PC) + 1;
      return next(s);
    }),
  );
}
