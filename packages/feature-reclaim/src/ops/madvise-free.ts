/** What a process gives up with MADV_FREE. */
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import { type Frame, FrameFlag } from '@racewalk/machine';

/** The call returns: whatever was stored until now may be forgotten, and nothing that is stored later. */
export function* forfeit(frame: Frame): Step<void> {
  const { cell } = frame;
  const run: AtomicBody = (mem, base) => {
    mem[base + cell] = (mem[base + cell] ?? 0) & ~FrameFlag.WRITTEN;
    return 0;
  };
  yield* atomic(
    [cell],
    run,
    { text: `MADV_FREE returns: what ${frame.name} holds may go`, does: 'complete' },
    { locked: false },
  );
}
