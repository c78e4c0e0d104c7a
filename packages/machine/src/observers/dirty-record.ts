/**
 * What remembers stores besides entries: the page flags of a kernel, the bitmap of a driver, the log of a
 * device. And when a store need not be remembered any more: its data has been copied.
 */

import { type AtomicBody, atomic, type Cell, type Step, type Word } from '@racewalk/core/step';
import { type Frame, FrameFlag } from '../world/frames.js';
import type { StepView } from './observer.js';

/** A record that a frame was written. DIRTY checks it before it reports a lost store. */
export interface DirtyRecord {
  /** The words it looks at to know of stores to this frame. */
  cellsFor(frame: Frame): readonly Cell[];
  /** Whether it has a record of stores to this frame now. */
  knows(s: StepView, frame: Frame): boolean;
}

/**
 * Copy a frame to where it belongs (disk, device): earlier stores are safe, later stores must be remembered
 * anew. Returns the contents of the frame (0 where contents are not followed).
 */
export function* copyOut(frame: Frame): Step<Word> {
  const { cell, data } = frame;
  const run: AtomicBody = (mem, base) => {
    mem[base + cell] = (mem[base + cell] ?? 0) & ~FrameFlag.WRITTEN;
    return data < 0 ? 0 : (mem[base + data] ?? 0);
  };
  const cells = data < 0 ? [cell] : [cell, data];
  return yield* atomic(
    cells,
    run,
    { text: `copy ${frame.name} out`, does: 'copy' },
    data < 0 ? {} : { show: (o) => `→ ${o.result}` },
  );
}
