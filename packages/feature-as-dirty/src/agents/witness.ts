/**
 * How the tests see when a store came, and what they hold against it: samples of the first page's contents
 * at named points of the driver's run, and checks that belong to one test only.
 */

import type { InvariantCode, Ptep } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  type Cell,
  type FaultSink,
  Order,
  type Step,
  write,
} from '@racewalk/core/step';
import { FrameFlag, type StepView, type World } from '@racewalk/machine';
import { bitIsSet } from '@racewalk/mm';
import { type Device, frameOf } from '../setup.js';

/**
 * Copy what the first page holds into a word of the test. What the driver loads afterwards comes after it: a write is before a
 * scan if the CPU that scans could have seen it, not if an earlier moment of its program was later on somebody's clock.
 */
export function* sample(s: Device, into: Cell, when: string): Step<void> {
  const { data } = frameOf(s, 0);
  const run: AtomicBody = (mem, base) => {
    mem[base + into] = mem[base + data] ?? 0;
    return mem[base + into] ?? 0;
  };
  yield* atomic(
    [data, into],
    run,
    { text: `(what page 0 holds ${when})`, does: 'observe' },
    {
      locked: false,
      order: Order.ACQUIRE,
      show: (o) => `${o.result}`,
    },
  );
}

/** A page was written and its bit is not set: the pass has not picked it up. */
export function* checkPickedUp(s: Device): Step<void> {
  const run: AtomicBody = (mem, base, faults) => {
    for (const frame of s.memory.frames) {
      const written = ((mem[base + frame.cell] ?? 0) & FrameFlag.WRITTEN) !== 0;
      if (!written || bitIsSet((cell) => mem[base + cell] ?? 0, frame.index, s.bitmap)) continue;
      faults.fail('MISS', `a store to page ${frame.index} was made before the pass ended, and it has no bit`);
    }
    return 0;
  };
  const cells = [...s.memory.frames.map((frame) => frame.cell), ...s.bitmap.words];
  yield* atomic(cells, run, { text: 'every store so far has its bit?', does: 'observe' }, { locked: false });
}

/** A page was written although the pass is over and its pages have been copied. */
export function* checkQuiet(s: Device): Step<void> {
  const run: AtomicBody = (mem, base, faults) => {
    for (const frame of s.memory.frames) {
      if (((mem[base + frame.cell] ?? 0) & FrameFlag.WRITTEN) === 0) continue;
      faults.fail('MISS', `a store to page ${frame.index} was made after the pass, with writers locked out`);
    }
    return 0;
  };
  const cells = s.memory.frames.map((frame) => frame.cell);
  yield* atomic(cells, run, { text: 'no store since the pass?', does: 'observe' }, { locked: false });
}

/** Whether the entry that maps the device's first page in an area is dirty at the end. */
export function endsDirty(w: World, view: StepView, ptep: Ptep): boolean {
  return w.arch.values.pteDirty(w.entryIn((cell) => view.get(cell), ptep));
}

/**
 * Somebody claims that an outcome cannot happen. Outcomes are counted from 1. To show that one *can*, a
 * mutant claims it away, and is caught by the schedule that leads there.
 */
export function* claimNever(claimed: Cell, outcome: number, name: string): Step<void> {
  yield* write(claimed, outcome, `claims that ${name} cannot happen`);
}

/** At the end: the outcome that was claimed away is the one that came. */
export function judgeClaim(
  view: StepView,
  faults: FaultSink,
  claimed: Cell,
  outcome: number,
  name: string,
): void {
  const code: InvariantCode = 'MISS';
  if (outcome > 0 && view.get(claimed) === outcome) {
    faults.fail(code, `the claim has missed a schedule: ${name}`);
  }
}
