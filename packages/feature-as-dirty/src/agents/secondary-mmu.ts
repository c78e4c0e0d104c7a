/**
 * A secondary MMU: it looks up the device's first page once, keeps the translation, and stores through it
 * until it is told to stop. Like KVM's page fault it looks up again if there was an invalidation meanwhile.
 */

import { type AtomicBody, atomic, type Cell, read, type Step } from '@racewalk/core/step';
import { type AgentSpec, FrameFlag, type Machine, type Notifier, type World } from '@racewalk/machine';
import { type Device, frameOf } from '../setup.js';

/** A device, and what a secondary MMU keeps of it. */
export interface Shadowed extends Device {
  /** 1 while the secondary MMU has a writable translation. */
  readonly shadow: Cell;
  /** Invalidations begun and not ended. */
  readonly invalidating: Cell;
  /** Invalidations ended. */
  readonly seq: Cell;
}

/** Give a device a secondary MMU, and register it. */
export function shadowed(w: World, device: Device): Shadowed {
  const words = {
    shadow: w.word('shadow'),
    invalidating: w.word('invalidating'),
    seq: w.word('notifier_seq'),
  };
  const { shadow, invalidating, seq } = words;
  const notifier: Notifier = {
    name: 'guest',
    mm: device.vma.mm,
    *invalidateRangeStart() {
      const run: AtomicBody = (mem, base) => {
        mem[base + invalidating] = (mem[base + invalidating] ?? 0) + 1;
        mem[base + shadow] = 0;
        return 0;
      };
      yield* atomic([invalidating, shadow], run, {
        op: 'invalidate_range_start',
        label: 'invalidate_range_start: guest drops its translation',
        does: 'invalidate',
        on: [shadow],
        blind: [shadow],
      });
    },
    *invalidateRangeEnd() {
      const run: AtomicBody = (mem, base) => {
        mem[base + invalidating] = (mem[base + invalidating] ?? 0) - 1;
        mem[base + seq] = (mem[base + seq] ?? 0) + 1;
        return 0;
      };
      yield* atomic([invalidating, seq], run, { op: 'invalidate_range_end', does: 'notify' });
    },
  };
  w.notifiers.push(notifier);
  return { ...device, ...words };
}

/** Look the page up for writing; false if the entry does not permit it, or an invalidation came between. */
function* lookUp(m: Machine, s: Shadowed): Step<boolean> {
  const ptep = s.vma.table.entries[0]!;
  const seen = yield* read(s.seq, 'mmu_notifier_seq');
  yield* m.pteOffsetMapLock(ptep.table);
  const writable = m.v.pteWrite(yield* m.pte.ptepGet(ptep));
  yield* m.pteUnmapUnlock(ptep.table);
  if (!writable) return false;
  const run: AtomicBody = (mem, base) => {
    if (mem[base + s.invalidating] !== 0 || mem[base + s.seq] !== seen) return 0;
    mem[base + s.shadow] = 1;
    return 1;
  };
  return (
    (yield* atomic([s.invalidating, s.seq, s.shadow], run, {
      op: 'mmu_notifier_retry',
      label: 'mmu_notifier_retry, then keep the translation',
    })) === 1
  );
}

/** Looks up, and stores if it still has the translation. */
export const guest: AgentSpec<Shadowed> = {
  cpu: 1,
  role: 'device',
  note: 'secondary MMU',
  *run(m, s) {
    if (!(yield* lookUp(m, s))) return;
    const { cell } = frameOf(s, 0);
    const run: AtomicBody = (mem, base) => {
      if (mem[base + s.shadow] === 0) return 0;
      mem[base + cell] = (mem[base + cell] ?? 0) | FrameFlag.WRITTEN;
      return 1;
    };
    const show = (o: { readonly result: number }) => (o.result === 0 ? '(translation is gone)' : '');
    yield* atomic([s.shadow, cell], run, { text: 'guest stores to page 0', does: 'use' }, { show });
  },
};

/** From here on no secondary MMU may have a writable translation. */
export function* checkNotified(s: Shadowed): Step<void> {
  const run: AtomicBody = (mem, base, faults) => {
    if (mem[base + s.shadow] !== 0) {
      faults.fail(
        'NOTIF',
        'the range is write-protected, and the secondary MMU still has a writable translation',
      );
    }
    return 0;
  };
  yield* atomic(
    [s.shadow],
    run,
    { text: 'the secondary MMU has stopped?', does: 'observe' },
    { locked: false },
  );
}
