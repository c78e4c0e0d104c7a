/** A look-up of the TLB by itself, where a walk takes more than one step. */
import type { AccessKind, Vma, Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import { MemoryView } from '../observers/view.js';
import type { MemoWalker } from '../world/memo-walker.js';
import type { Runs } from '../world/spaces.js';
import type { Machine } from '../world/types.js';
import { ANY_WALK, answerCode, type LooksUp } from './answers.js';
import { pageText } from './refused.js';

/** What the TLB of this CPU may answer; 0 where it has no answer. */
export function* lookUp(
  m: Machine,
  walker: MemoWalker,
  vma: Vma,
  vpn: Vpn,
  access: AccessKind,
  when: Runs,
  looksUp: LooksUp,
): Step<number> {
  const cells = m.world.tlbs.looks(vma.mm, vpn, vpn + 1, m.cpu);
  const view = new MemoryView();
  const run: AtomicBody = (mem, base) =>
    answerCode(m, walker, vma, view.at(mem, base), vpn, access, ANY_WALK, looksUp);
  const text = `TLB look-up ${pageText(vma, vpn)}`;
  const options = { ...when, locked: false, show: () => '' };
  return yield* atomic(cells, run, { text, does: 'look-up', on: cells }, options);
}
