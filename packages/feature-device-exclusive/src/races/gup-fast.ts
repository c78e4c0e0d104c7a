import { ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine, Scenario } from '@racewalk/machine';
import { defineScenario, deviceExclusiveEntry } from '@racewalk/mm';
import { nouveauAtomicRangeFault } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { pinner } from '../agents/pinner.js';
import { type Setup, setup } from '../setup.js';

/** Takes a device-exclusive entry for a mapping: it names a frame, after all. */
function* takesTheEntry(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  const entry = deviceExclusiveEntry(m, yield* m.pte.ptepGetLockless(ptepOf(vma, vpn)));
  const frame = entry === null ? undefined : m.world.frames.at(entry.offset);
  if (frame === undefined) return yield* m.k.gupFast(vma, vpn, flags);
  yield* m.k.tryGrabFolio(frame.folio, 1, flags);
  return frame;
}

/** Seed 002: the walk without locks meets a device-exclusive entry. */
export const gupFastVsAtomics: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/gup-fast',
  title: 'GUP-fast looks for a page that a device has for itself',
  source:
    'review of "mm: Device exclusive memory access" v8, May 2021 (seed 002): device-exclusive entries are one more kind of non-present entry that every walker meets',
  about:
    'The walk without locks meets an entry that names a frame but maps nothing. May it pin the page? No: it must leave the entry to the slow path, whose fault stops the device before the entry becomes present. The holder of a pin uses no translation and cannot be stopped. A walk that takes the frame from the entry is wrong. One thing the protocol does not promise: a device that gets the page while somebody holds a pin does not have it exclusively, because nobody checks for pins.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup(w) {
    // A flush must know whether the walk has interrupts off.
    w.contexts.track(2);
    return setup(w, { has: 'device' });
  },
  agents: { gpu: atomics(2), pinner },
  mutants: {
    'takes-the-entry': {
      what: 'the walk takes the frame that the device-exclusive entry names',
      breaks: 'OWN',
      why: 'the page is pinned and written while the device has it for itself',
      patch: { gupFast: takesTheEntry },
    },
    'granted-over-a-pin': {
      what: 'the device takes the page again while it is pinned: nothing in the protocol looks for pins',
      breaks: 'OWN',
      why: 'who holds the pin uses no translation that could be taken away',
      agents: { gpu: atomics<Setup>(2, nouveauAtomicRangeFault) },
    },
  },
});
