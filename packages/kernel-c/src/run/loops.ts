/** Loops that wait: instead of turning round for ever, they block until what they read has changed. */
import { retry, type Step } from '@racewalk/core/step';
import type { Frame } from './frame.js';
import type { Value } from './objects.js';

/** What a loop knows of its last round. */
export class LoopState {
  rounds = 0;
  effects = '';
  reads = 0;
  locals: readonly Value[] | null = null;
}

/** Whether nothing changed in a round; loops inside have states of their own, which do not count. */
const unchanged = (now: readonly Value[], then: readonly Value[]): boolean =>
  now.every((value, i) => value === then[i] || value instanceof LoopState);

/** At the top of a loop, before its condition. */
export function* head(f: Frame, loop: LoopState): Step<void> {
  const { th } = f;
  const now = [...f.v];
  const limit = th.options.rounds ?? 2000;
  if (++loop.rounds > limit) {
    throw th.error(
      `a loop here did not end after ${limit} rounds`,
      'bound it, or let it wait for a word that another agent writes: such a loop blocks',
    );
  }
  const idle = loop.locals !== null && loop.effects === th.effectsBesides(f) && unchanged(now, loop.locals);
  if (idle && th.reads.length > loop.reads) {
    const seen = new Map<number, number>();
    for (let i = loop.reads; i < th.reads.length; i += 2) seen.set(th.reads[i] ?? 0, th.reads[i + 1] ?? 0);
    yield* retry([...seen.keys()], [...seen.values()], {
      text: 'waits until what the loop read has changed',
      does: 'retry',
    });
    loop.rounds = 0;
  } else if (idle) {
    throw th.error('a loop here turns round for ever: it reads nothing that could change', 'give it a bound');
  }
  loop.effects = th.effectsBesides(f);
  loop.reads = th.reads.length;
  loop.locals = now;
}
